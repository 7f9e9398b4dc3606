/** What has to be looked up in the database before a snapshot can be planned. */
import type { DirectorySettings } from '../model/settings.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { each, type Steps } from '../steps/steps.ts';
import { targetsOf } from './groups/target.ts';
import { referencedPeople } from './people/match-people.ts';

export interface Wanted {
  /** Slugs of the teams that mapped groups go to. */
  readonly teams: readonly string[];
  /** Globs of usernames. */
  readonly protect: readonly string[];
  /** Everybody in a mapped group. Cost follows what is mapped, not what the directory holds. */
  readonly people: readonly WantedPerson[];
  /** Where only these groups were read: the only ones whose members are needed. */
  readonly groups?: readonly string[];
  /** How far back removals count, in milliseconds; 0: none do. */
  readonly windowMs: number;
}

export interface WantedPerson {
  /** undefined: the entry has no identity of its own, and is looked for to know who it may be. */
  readonly externalId: string | undefined;
  readonly username: string | undefined;
  readonly email: string | undefined;
}

/** Lists what planSync will ask about. */
export function* wantedBy(snapshot: Snapshot, settings: DirectorySettings): Steps<Wanted> {
  const people: WantedPerson[] = [];
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
