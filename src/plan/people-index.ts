/** What matching by name and by address looks things up in. */
import type { CurrentState, LocalUser, Snapshot } from '../model.ts';

/** Keys are lower-cased. Counts are over everybody who was read, so that a doubt anywhere is a doubt here. */
export interface Unlinked {
  readonly peopleByUsername: ReadonlyMap<string, number>;
  readonly peopleByEmail: ReadonlyMap<string, number>;
  readonly usersByUsername: ReadonlyMap<string, readonly LocalUser[]>;
  readonly usersByEmail: ReadonlyMap<string, readonly LocalUser[]>;
}

/** Builds the look-ups for people without a link; costs nothing where everybody is linked. */
export function indexUnlinked(
  snapshot: Snapshot,
  unlinked: readonly number[],
  current: CurrentState,
): Unlinked {
  const everybody = unlinked.length === 0 ? [] : snapshot.users;
  return {
    peopleByUsername: count(everybody.map(person => person.username)),
    peopleByEmail: count(everybody.map(person => person.email)),
    usersByUsername: groupBy(current.users, user => user.username),
    usersByEmail: groupBy(current.users, user => user.email),
  };
}

function count(texts: Iterable<string | undefined>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    if (text === undefined) continue;
    const folded = text.toLowerCase();
    counts.set(folded, (counts.get(folded) ?? 0) + 1);
  }
  return counts;
}

function groupBy(users: readonly LocalUser[], key: (user: LocalUser) => string): Map<string, LocalUser[]> {
  return Map.groupBy(
    users.filter(user => key(user) !== ''),
    user => key(user).toLowerCase(),
  );
}
