/** Prepares what the database queries and the plan both need: the targets of the groups, and which rows to load. */
import type { Wanted, WantedPerson } from '../model/current.ts';
import type { DirectorySettings } from '../model/settings.ts';
import type { ExternalId, Snapshot } from '../model/snapshot.ts';
import { each, type Steps } from '../steps/steps.ts';
import { type GroupTarget, targetsOf } from './groups/target.ts';
import { referencedPeople } from './people/match-people.ts';
import { hasAllMapped } from './sets/coverage.ts';

/** The values that depend on the snapshot and the settings alone. */
export interface Prepared {
  readonly targets: readonly GroupTarget[];
  /** Ordinals of the people in mapped groups that were read whole, ascending. */
  readonly referenced: readonly number[];
  readonly wanted: Wanted;
}

/** Prepares the values that the database queries and the plan both need. */
export function* prepare(snapshot: Snapshot, settings: DirectorySettings): Steps<Prepared> {
  const people: WantedPerson[] = [];
  const referenced = yield* referencedPeople(snapshot);
  yield* each(referenced, ordinal => {
    const person = snapshot.users[ordinal];
    if (person !== undefined) people.push(person);
  });
  const targets = yield* targetsOf(snapshot, settings.mappings);
  const teams = new Set(targets.map(target => target.team));
  teams.delete('');
  const read = snapshot.groups.map(group => group.externalId).filter(id => id !== undefined);
  const names = new Set(targets.map(target => target.name));
  const wanted = {
    teams: [...teams].sort(),
    protect: settings.protect,
    people,
    windowMs: settings.guard.windowMs ?? 0,
    ...(!hasAllMapped(snapshot) && { groups: read, names: [...names], nested: nestedIn(snapshot) }),
    ...(snapshot.stayers && { movers: snapshot.stayers.others }),
  };
  return { targets, referenced, wanted };
}

function nestedIn({ nestedGroups = [] }: Snapshot): ExternalId[] {
  return nestedGroups.flatMap(({ externalId }) => externalId ?? []);
}
