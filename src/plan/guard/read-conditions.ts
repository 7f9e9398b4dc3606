/**
 * The conditions of a read that changed since the last complete read: they can change its result although no user left a group.
 */
import type { ReadWith } from '../../model/current.ts';
import type { Changed, Plan } from '../../model/plan.ts';
import { endsByReading } from '../report/doubt-reasons.ts';

/** Compares the conditions of a read with those of the last complete read (undefined: there was none, so nothing changed). */
export function changesSince(last: ReadWith | undefined, now: ReadWith): Changed {
  if (last === undefined) return { strictness: 'both', reasons: [] };
  const renormalised = last.normalisation !== now.normalisation;
  const differing = [
    ...(last.configDigest === now.configDigest ? [] : [configuration(last.configDigest, now.configDigest)]),
    ...(last.server === now.server ? [] : [`the server that answered (${now.server}, not ${last.server})`]),
  ];
  const reasons = [
    ...differing.map(what => `${what} changed since the last complete read, so ${EITHER}`),
    ...(renormalised ? [RENORMALISED] : []),
  ];
  if (renormalised) return { strictness: 'any', reasons };
  return { strictness: differing.length > 0 ? 'either' : 'both', reasons };
}

/** Whether the next complete read would remove members only because it shows the same: the conditions stay changed for it. */
export function awaitsRead({ doubts, changes }: Pick<Plan, 'doubts' | 'changes'>): boolean {
  return doubts.some(({ kind }) => endsByReading(kind)) || changes.some(({ kind }) => kind === 'missing');
}

const EITHER = 'each limit trips when either number is exceeded';
const RENORMALISED =
  'the normalisation of names and DNs changed since the last complete read (this version of Rollcall compares them, or recognises disabled accounts, in another way), so every removal is held';

/** Names the parts that differ. A digest has the form `part:hash part:hash`. */
function configuration(before: string, now: string): string {
  const known = new Set(before.split(' '));
  const parts = now.split(' ').filter(part => !known.has(part));
  return `the configuration (${parts.map(part => part.split(':')[0]).join(', ')})`;
}
