/** Random organisations and their changes, played run by run. */
import fc from 'fast-check';
import { differences, violations } from './rules.ts';
import { type Change, changes } from './world/changes.ts';
import { type Doubt, doubts } from './world/doubts.ts';
import { type Memory, NO_MEMORY, remember } from './world/memory.ts';
import {
  ANCHOR,
  ANCHORED,
  changed,
  dnOf,
  type Features,
  GROUP_OUS,
  type Group,
  type Organisation,
  PEOPLE_OUS,
  type Person,
} from './world/organisation.ts';
import type { Moment, Run, World } from './world/world.ts';

export interface Step extends Run {
  /** Before the run. */
  readonly changes: readonly Change[];
}

export interface History {
  readonly people: readonly number[];
  readonly groups: readonly {
    readonly ou: number;
    readonly dns: readonly number[];
    readonly uids: readonly number[];
    readonly nested: readonly number[];
  }[];
  readonly marked: boolean;
  readonly steps: readonly Step[];
}

const moments = (): fc.Arbitrary<Moment> =>
  fc.record({ at: fc.integer({ min: 1, max: 60 }), change: changes() });

const steps = (): fc.Arbitrary<Step> =>
  fc.record({
    changes: fc.array(changes(), { maxLength: 3 }),
    doubts: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 3, arbitrary: fc.array<Doubt>(doubts(), { maxLength: 2 }) },
    ),
    moments: fc.oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(moments(), { maxLength: 2 }) },
    ),
    only: fc.option(fc.nat(5), { freq: 5, nil: undefined }),
  });

export const histories = (): fc.Arbitrary<History> =>
  fc.record({
    people: fc.array(fc.nat(2), { minLength: 3, maxLength: 7 }),
    groups: fc.array(
      fc.record({
        ou: fc.nat(1),
        dns: fc.array(fc.nat(6), { maxLength: 4 }),
        uids: fc.array(fc.nat(6), { maxLength: 3 }),
        nested: fc.array(fc.nat(4), { maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    marked: fc.boolean(),
    steps: fc.array(steps(), { minLength: 1, maxLength: 4 }),
  });

export function organisationOf(history: Pick<History, 'people' | 'groups'>): Organisation {
  const people = history.people.map((ou, at): Person => {
    const gid = 1001 + (at % (history.groups.length + 1));
    return { id: at + 1, uid: `u${at + 1}`, second: [], ou: PEOPLE_OUS[ou] ?? '', disabled: false, gid };
  });
  const bare = history.groups.map(({ ou }, at): Group => {
    return { id: at + 1001, cn: `g${at + 1}`, ou: GROUP_OUS[ou] ?? '', dns: [], uids: [] };
  });
  const pick = <T>(list: readonly T[], at: number): T[] =>
    list.slice(at % list.length, (at % list.length) + 1);
  const groups = bare.map((group, at) => {
    const { dns = [], uids = [], nested = [] } = history.groups[at] ?? {};
    const inner = nested.flatMap(each => pick(bare, each)).filter(({ id }) => id !== group.id);
    return {
      ...group,
      dns: [...new Set([...dns.flatMap(each => pick(people, each)), ...inner].map(dnOf))],
      uids: [...new Set(uids.flatMap(each => pick(people, each)).map(({ uid }) => uid))],
    };
  });
  return { people: [...people, ANCHOR], groups: [...groups, ANCHORED], ghosts: [] };
}

const QUIET: Run = { doubts: [], moments: [] };

/** Plays a history. Throws the broken rule and its run. */
export async function play(world: World, history: History, features: Features = {}): Promise<void> {
  world.begin({ ...organisationOf(history), features }, { marked: history.marked });
  const failures: string[] = [];
  let memory: Memory = NO_MEMORY;
  const run = async (title: string, what: Run) => {
    const played = await world.run(what);
    if (played === undefined) {
      const mayFail = what.moments.length > 0 || what.only !== undefined;
      if (!mayFail) failures.push(`${title}: the run failed`);
      return;
    }
    const broken = violations(played, memory);
    if (broken.length > 0) failures.push(...broken.map(each => `${title}: ${each}`));
    memory = remember(played, memory);
  };
  await run('first run', QUIET);
  for (const [at, step] of history.steps.entries()) {
    for (const change of step.changes) world.change(change);
    await run(`step ${at + 1}`, step);
    if (failures.length > 0) throw new Error(failures.join('\n'));
  }
  world.become(healed(world.organisation));
  await run('first read at rest', QUIET);
  await run('second read at rest', QUIET);
  failures.push(...differences(world.organisation, world.application).map(each => `at rest: ${each}`));
  if (world.application.state.doubts.length > 0)
    failures.push(`at rest: ${JSON.stringify(world.application.state.doubts)}`);
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

/** The faults end: second owners of a username are removed, and every person has a unique name and identity. */
export function healed(organisation: Organisation): Organisation {
  const people = organisation.people
    .filter(({ id, shows }) => shows === undefined && (id < 100 || id > 200))
    .map((person, at, all): Person => {
      const isFirst = all.findIndex(({ uid }) => uid === person.uid) === at;
      return { ...person, second: [], uid: isFirst ? person.uid : `u${person.id}z` };
    });
  return changed(organisation, { people, devices: [] });
}
