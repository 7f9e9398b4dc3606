/** The first time at which an account expires, so that a schedule reads the directory then. */
import type { DirectoryUser } from '../model/snapshot.ts';

/** An account that expires later counts as one that never expires. PostgreSQL accepts no later date. */
const NEVER = Date.UTC(10_000, 0);

/** Returns when the first of these accounts expires, or undefined if none does. */
export function nextExpiry(users: readonly DirectoryUser[]): Date | undefined {
  let first = NEVER;
  for (const { expiresAt = NEVER } of users) if (expiresAt < first) first = expiresAt;
  return first < NEVER ? new Date(first) : undefined;
}
