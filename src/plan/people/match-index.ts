/** The index for matching by username and address. Its keys are the loose keys of username.ts. */
import type { CurrentState, LocalUser } from '../../model/current.ts';
import type { DirectoryUser, Snapshot } from '../../model/snapshot.ts';
import { each, type Steps } from '../../steps/steps.ts';
import { looseKey } from '../../text/loose-key.ts';

export type MatchAttribute = 'username' | 'email';

/** Counts include everyone who was read, so that a duplicate outside the mapped groups is found. */
export interface PeopleIndex {
  /**
   * Number of directory users who have each text. Only texts of unlinked people and of their possible local users are counted.
   */
  readonly owners: Readonly<Record<MatchAttribute, ReadonlyMap<string, number>>>;
  readonly users: Readonly<Record<MatchAttribute, ReadonlyMap<string, readonly LocalUser[]>>>;
}

/** Builds the index for people without a link. Costs nothing if everyone is linked. */
export function* indexPeople(
  snapshot: Snapshot,
  unlinked: readonly DirectoryUser[],
  { users }: Pick<CurrentState, 'users'>,
): Steps<PeopleIndex> {
  const asked = [...unlinked, ...users];
  return {
    owners: {
      username: yield* countOwners(snapshot, asked, 'username'),
      email: yield* countOwners(snapshot, asked, 'email'),
    },
    users: { username: yield* groupUsers(users, 'username'), email: yield* groupUsers(users, 'email') },
  };
}

type Named = Pick<DirectoryUser, MatchAttribute>;

/** Counts the people of the whole directory who have each text of `asked`. */
function* countOwners(
  { users }: Snapshot,
  asked: readonly Named[],
  way: MatchAttribute,
): Steps<Map<string, number>> {
  const counts = new Map<string, number>();
  yield* each(asked, named => {
    const key = looseKey(named[way]);
    if (key !== undefined) counts.set(key, 0);
  });
  if (counts.size === 0) return counts;
  yield* each(users, person => {
    const key = looseKey(person[way]);
    const count = key === undefined ? undefined : counts.get(key);
    if (key !== undefined && count !== undefined) counts.set(key, count + 1);
  });
  return counts;
}

function* groupUsers(users: readonly LocalUser[], way: MatchAttribute): Steps<Map<string, LocalUser[]>> {
  const found = new Map<string, LocalUser[]>();
  yield* each(users, user => {
    const key = looseKey(user[way]);
    if (key === undefined) return;
    const same = found.get(key);
    if (same === undefined) found.set(key, [user]);
    else same.push(user);
  });
  return found;
}
