/** What matching by name and by address looks things up in. */
import type { CurrentState, DirectoryUser, LocalUser, Snapshot } from '../model.ts';

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
  const asking = unlinked.map(ordinal => snapshot.users[ordinal]).filter(person => person !== undefined);
  return {
    peopleByUsername: countBearers(snapshot, asking, person => person.username),
    peopleByEmail: countBearers(snapshot, asking, person => person.email),
    usersByUsername: groupBy(current.users, user => user.username),
    usersByEmail: groupBy(current.users, user => user.email),
  };
}

type Key<T> = (from: T) => string | undefined;

/** How many people of the whole directory bear each text that one of `asking` bears. */
function countBearers(
  snapshot: Snapshot,
  asking: readonly DirectoryUser[],
  key: Key<DirectoryUser>,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const person of asking) counts.set(key(person)?.toLowerCase() ?? '', 0);
  if (counts.size === 0) return counts;
  for (const person of snapshot.users) {
    const folded = key(person)?.toLowerCase() ?? '';
    const count = counts.get(folded);
    if (count !== undefined) counts.set(folded, count + 1);
  }
  return counts;
}

function groupBy(users: readonly LocalUser[], key: Key<LocalUser>): Map<string, LocalUser[]> {
  return Map.groupBy(
    users.filter(user => key(user) !== ''),
    user => key(user)?.toLowerCase() ?? '',
  );
}
