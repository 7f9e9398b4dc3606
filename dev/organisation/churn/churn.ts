/** A reproducible sequence of directory changes, each with the memberships that a sync must produce. */
import { randomFrom } from '../generate/random.ts';
import type { Organisation, Person } from '../model/model.ts';
import { type Ledger, nextLedger, type Truth, truthOf } from '../truth/truth.ts';
import type { Operation } from '../write/operations.ts';
import * as groups from './groups.ts';
import * as members from './members.ts';
import * as people from './people.ts';
import type { Event, World } from './world.ts';

/** One change of the directory, with the expected state after it. */
export interface Step {
  readonly title: string;
  /** In the order in which the server must get them. */
  readonly operations: readonly Operation[];
  /** The model after this step. The next step changes it. */
  readonly organisation: Organisation;
  readonly afterFirstRun: Truth;
  /** Differs only if an entry was deleted: its memberships stay for one complete read. A third run changes nothing. */
  readonly afterSecondRun: Truth;
}

/** In the order in which they happen. */
const STORIES: readonly ((world: World) => Generator<Event>)[] = [
  members.joinAndLeave,
  groups.renames,
  people.moves,
  people.renames,
  people.attributes,
  members.spellOtherwise,
  members.nest,
  members.emptied,
  groups.successions,
  groups.moves,
  groups.filtering,
  groups.deletions,
  groups.conflicts,
  groups.arrivals,
  people.absences,
  people.arrivals,
  people.departures,
  members.manyAtOnce,
];

/**
 * A sequence of changes for a server that has the organisation and was synced once. Every step removes less than the
 * default guard would hold. The organisation itself is not changed; the same seed gives the same steps.
 */
export function* churn(organisation: Organisation, seed = '1'): Generator<Step> {
  const copy = structuredClone(organisation);
  const world: World = {
    organisation: copy,
    random: randomFrom(`${organisation.seed}/${organisation.size}/churn/${seed}`),
    used: new Set(copy.groups.slice(0, copy.oddGroups)),
  };
  let ledger: Ledger = nextLedger(copy, new Map());
  for (const story of STORIES) {
    for (const event of story(world)) {
      const first = withMissed(nextLedger(copy, ledger), ledger, event.missed);
      ledger = nextLedger(copy, first);
      yield {
        ...event,
        organisation: copy,
        afterFirstRun: truthOf(first),
        afterSecondRun: truthOf(ledger),
      };
    }
  }
}

/** The first ledger after the deletion of a person's entry: the person keeps all memberships (G17). */
function withMissed(after: Ledger, before: Ledger, missed: Person | undefined): Ledger {
  const local = missed?.local;
  if (local === undefined) return after;
  return new Map(
    [...after].map(([id, tenure]) => {
      const stays = before.get(id)?.members.includes(local) && !tenure.members.includes(local);
      return [id, stays ? { ...tenure, members: [...tenure.members, local].sort() } : tenure];
    }),
  );
}
