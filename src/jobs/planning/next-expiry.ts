/** The first time at which the state of an account changes although its entry does not, so that a schedule reads then. */
import type { DirectoryUser } from '../../model/snapshot.ts';

/** A later time counts as never. PostgreSQL accepts no later date. */
const NEVER = Date.UTC(10_000, 0);

/** Returns when the first of these accounts expires or becomes valid, or undefined if none does. */
export function nextExpiry(users: readonly DirectoryUser[]): Date | undefined {
  let first = NEVER;
  for (const { changesAt = NEVER } of users) if (changesAt < first) first = changesAt;
  return first < NEVER ? new Date(first) : undefined;
}
