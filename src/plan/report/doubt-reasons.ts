/** What facts and doubts about a member mean for an administrator, and what resolves a doubt. */
import type { DoubtKind, Fact } from '../../model/doubt.ts';
import type { Remedy } from './group-remedy.ts';
import { meaningOf, remedyOf } from './reasons.ts';

/** Why a member is out, as clauses. */
export const FACTS: Readonly<Record<Fact, string>> = {
  not_member: 'the group was read completely, and none of its values can name the user',
  disabled: 'the account is disabled or expired in the directory',
  left_scope: 'the entry exists, but is no longer within the configured users',
  absent_twice: 'the entry that caused the membership was absent from two complete reads',
  decided: 'an administrator decided to remove the member',
};

const SAME_AGAIN = 'The members are removed after the next complete read that shows the same.';
const DECIDE = 'Or decide about the members with "rollcall doubts".';
const NEW_NAME =
  'A second username, or one that the DN of the entry contradicts, counts only until two complete reads have shown it.';

/** Explains a kind of doubt. The explanation is a clause, the way out one or more sentences. */
export function doubtRemedy(kind: DoubtKind): Remedy {
  const explanation = meaningOf(kind);
  if (kind === 'out_of_scope') return { explanation, wayOut: SAME_AGAIN };
  if (endsByReading(kind)) return { explanation, wayOut: remedyOf(kind) };
  const newName = kind === 'ambiguous_user' || kind === 'username_unread' ? ` ${NEW_NAME}` : '';
  return { explanation, wayOut: `${remedyOf(kind)} ${DECIDE}${newName}` };
}

/** Whether the next complete read resolves a doubt of this kind, even if the directory does not change. */
export function endsByReading(kind: DoubtKind): boolean {
  return ['entry_absent', 'out_of_scope', 'changed_during_read', 'other_server'].includes(kind);
}
