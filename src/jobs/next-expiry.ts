import type { DirectoryUser } from '../model/snapshot.ts';

/** An account that expires later is one that does not expire, and PostgreSQL reads no later date. */
const NEVER = Date.UTC(10_000, 0);

/** When the first of these accounts expires; undefined: none of them will, as far as was read. */
export function nextExpiry(users: readonly DirectoryUser[]): Date | undefined {
  let first = NEVER;
  for (const { expiresAt = NEVER } of users) if (expiresAt < first) first = expiresAt;
  return first < NEVER ? new Date(first) : undefined;
}
