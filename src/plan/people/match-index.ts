/** What matching by name and by address looks things up in, by the loose keys of username.ts. */
import type { CurrentState, LocalUser } from '../../model/current.ts';
import type { DirectoryUser, Snapshot } from '../../model/snapshot.ts';
import { each, type Steps } from '../../steps/steps.ts';
import { looseKey } from './username.ts';

export type MatchAttribute = 'username' | 'email';

/** Counts are over everybody who was read, so that a doubt anywhere is a doubt here. */
export interface PeopleIndex {
  /** How many people of the directory bear each text that an unlinked person or a local user found for one bears. */
  readonly bearers: Readonly<Record<MatchAttribute, ReadonlyMap<string, number>>>;
  readonly users: Readonly<Record<MatchAttribute, ReadonlyMap<string, readonly LocalUser[]>>>;
}

/** Builds the look-ups for people without a link; costs nothing where everybody is linked. */
export function* indexPeople(
  snapshot: Snapshot,
  unlinked: readonly DirectoryUser[],
  { users }: Pick<CurrentState, 'users'>,
): Steps<PeopleIndex> {
  const asked = [...unlinked, ...users];
  return {
    bearers: {
      username: yield* countBearers(snapshot, asked, 'username'),
      email: yield* countBearers(snapshot, asked, 'email'),
    },
    users: { username: yield* groupUsers(users, 'username'), email: yield* groupUsers(users, 'email') },
  };
}

type Named = Pick<DirectoryUser, MatchAttribute>;

/** How many people of the whole directory bear each text that one of `asked` bears. */
function* countBearers(
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
