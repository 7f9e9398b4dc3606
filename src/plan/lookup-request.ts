/** The request for the current state: which rows a plan of a snapshot needs from the database. */
import type { DirectorySettings } from '../model/settings.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { each, type Steps } from '../steps/steps.ts';
import { targetsOf } from './groups/target.ts';
import { referencedPeople } from './people/match-people.ts';

export interface LookupRequest {
  /** Slugs of the teams that mapped groups go to. */
  readonly teams: readonly string[];
  /** Globs of protected usernames. */
  readonly protect: readonly string[];
  /** The people in mapped groups. The cost depends on what is mapped, not on the size of the directory. */
  readonly people: readonly PersonLookup[];
  /** Set if only these groups were read: the members of other groups are not needed. */
  readonly groups?: readonly string[];
  /** How far back earlier removals count, in milliseconds; 0: they do not count. */
  readonly windowMs: number;
}

export interface PersonLookup {
  /** undefined: the entry has no unique identity; the lookup finds the local users whom it may be. */
  readonly externalId: string | undefined;
  readonly username: string | undefined;
  readonly email: string | undefined;
}

/** Lists what `planSync` needs to know about. */
export function* lookupRequestOf(snapshot: Snapshot, settings: DirectorySettings): Steps<LookupRequest> {
  const people: PersonLookup[] = [];
  yield* each(yield* referencedPeople(snapshot), ordinal => {
    const person = snapshot.users[ordinal];
    if (person !== undefined)
      people.push({ externalId: person.externalId, username: person.username, email: person.email });
  });
  const teams = new Set((yield* targetsOf(snapshot, settings.mappings)).map(target => target.team));
  teams.delete('');
  const read = snapshot.groups.map(group => group.externalId).filter(id => id !== undefined);
  return {
    teams: [...teams].sort(),
    protect: settings.protect,
    people,
    windowMs: settings.guard.windowMs ?? 0,
    ...(!snapshot.whole && { groups: read }),
  };
}
