/** What the state of a directory group means for an administrator, and how to resolve it. */
import type { LinkState } from '../../model/current.ts';
import { isReason, meaningOf, remedyOf } from './reasons.ts';

/** What an administrator is shown about a state that needs attention. */
export interface Remedy {
  readonly explanation: string;
  /** What an administrator can do; empty if no action is possible or needed. */
  readonly wayOut: string;
}

const RELEASED: Remedy = {
  explanation: 'An administrator released the AccessGroup from the sync. The sync does not change it.',
  wayOut: 'No action is needed. To sync it again, adopt the AccessGroup.',
};

const FROZEN: Remedy = {
  explanation: 'An administrator froze the AccessGroup: its name and members stay unchanged.',
  wayOut: 'Unfreeze it to sync it again.',
};

/** Explains the state of a directory group to an administrator. */
export function groupRemedy(group: {
  readonly state: LinkState;
  readonly reason: string | null;
  readonly frozen: boolean;
  readonly lastError: string | null;
}): Remedy {
  const { state, reason, lastError } = group;
  if (group.frozen) return FROZEN;
  if (state === 'released') return RELEASED;
  if (state === 'missing') return remedyFor('not_found');
  if (state === 'out_of_scope') return remedyFor(reason === 'mapping_removed' ? reason : 'filtered_out');
  if (lastError !== null && state === 'linked')
    return { explanation: lastError, wayOut: 'Fix the cause of this error, then resync the group.' };
  if (reason !== null) return remedyFor(reason);
  return state === 'linked'
    ? { explanation: 'Linked to the AccessGroup.', wayOut: '' }
    : remedyFor('no reason recorded');
}

function remedyFor(code: string): Remedy {
  const meaning = isReason(code) ? meaningOf(code) : `the last run did not change the group: ${code}`;
  return { explanation: `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`, wayOut: remedyOf(code) };
}
