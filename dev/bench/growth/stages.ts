/** The stages of a run for situations of any size, each the worst known case. Built in memory, without servers. */
import { readEntry } from '../../../src/directory/entry/entry.ts';
import { traitsOf } from '../../../src/directory/entry/vendor.ts';
import { assemble } from '../../../src/directory/members/assemble.ts';
import { collectGroup, collectUser, createCollection } from '../../../src/directory/session/collection.ts';
import type { CurrentState } from '../../../src/model/current.ts';
import type { DirectorySettings, MappingSettings } from '../../../src/model/settings.ts';
import type { Snapshot } from '../../../src/model/snapshot.ts';
import { judge } from '../../../src/plan/guard/guard.ts';
import { planSync } from '../../../src/plan/plan-sync.ts';
import { finish } from '../../../src/steps/steps.ts';
import { possibleRenames } from '../../../src/store/reconcile/possible-renames.ts';
import { cutBatches } from '../../../src/store/save/changes.ts';
import { current } from '../../../test/support/given/current.ts';
import { entryFrame } from '../../../test/support/given/directory-entries.ts';
import {
  complete,
  directory,
  directoryGroup,
  known,
  link,
  localUser,
  managedGroup,
  mapping,
  person,
  snapshot,
  uuid,
} from '../../../test/support/given/values.ts';

export interface Stage {
  readonly name: string;
  /** The thing of which there are n. */
  readonly of: string;
  /** Large enough to measure; four times as many is a large organisation. */
  readonly n: number;
  /** Builds the situation; the returned function is measured. */
  readonly prepare: (n: number) => () => unknown;
}

/** Ids of directory groups start here, above those of people. */
const GROUPS = 10_000_000;
const MEMBERS = 10;
const NOBODY = complete();

const range = <T>(n: number, make: (index: number) => T): T[] =>
  Array.from({ length: n }, (_, at) => make(at));

export const STAGES: readonly Stage[] = [
  { name: 'for comparison: a Map of texts', of: 'texts', n: 10_000, prepare: texts },
  { name: 'assembling', of: 'people and groups', n: 5_000, prepare: assembling },
  { name: 'planning, nothing changed', of: 'groups', n: 5_000, prepare: n => planning(n, 'same') },
  { name: 'planning, everything new', of: 'groups', n: 5_000, prepare: n => planning(n, 'new') },
  { name: 'planning, one leaves every group', of: 'groups', n: 5_000, prepare: n => planning(n, 'leaving') },
  {
    name: 'merging, each group alone',
    of: 'groups',
    n: 5_000,
    prepare: n => planning(n, 'same', { merge: true }),
  },
  { name: 'merging all groups into one', of: 'groups', n: 5_000, prepare: mergingAll },
  { name: 'naming, a stuck chain', of: 'renames', n: 10_000, prepare: naming },
  { name: 'renaming, a stuck chain', of: 'renames', n: 10_000, prepare: renaming },
  { name: 'owners', of: 'teams', n: 5_000, prepare: owners },
  { name: 'one username for everybody', of: 'people', n: 5_000, prepare: sharing },
  { name: 'vanished groups', of: 'groups', n: 5_000, prepare: vanished },
];

/** Linear, but slower when the tables exceed the caches of the processor, which all processes share. */
function texts(n: number) {
  const keys = range(n, at => `${uuid(at)} `);
  return () => {
    const map = new Map(keys.map(key => [key.trim(), key]));
    return keys.filter(key => map.get(key.trim()) === key);
  };
}

function decode(dn: string, attributes: Record<string, string[]>) {
  const bytes = entryFrame(dn, attributes);
  return readEntry({ bytes, start: 0, end: bytes.length });
}

function collecting() {
  const settings = directory();
  return createCollection(settings, traitsOf({ ...settings, vendor: 'openldap' }, decode('', {})), 0);
}

/** n people and n groups of ten, as received from the wire. */
function assembling(n: number) {
  const dnOf = (at: number) => `uid=user${at},ou=people,dc=test`;
  const people = range(n, at => decode(dnOf(at), { uid: [`user${at}`], entryUUID: [uuid(at)] }));
  const groups = range(n, at => {
    const member = range(MEMBERS, other => dnOf((at * 7 + other) % n));
    const cn = `g${at}`;
    return decode(`cn=${cn},ou=groups,dc=test`, { cn: [cn], entryUUID: [uuid(GROUPS + at)], member });
  });
  return () => {
    const collection = collecting();
    for (const each of people) collectUser(collection, each);
    for (const each of groups) finish(collectGroup(collection, each));
    return finish(assemble(collection, () => 0));
  };
}

type Difference = 'same' | 'new' | 'leaving';

/** A company of n groups with ten members each, and twice as many people. */
function planning(n: number, difference: Difference, rule: Partial<MappingSettings> = {}) {
  return planned(...company(2 * n, n, MEMBERS, difference), directory({ mappings: [mapping(rule)] }));
}

/** The state of a directory and of the database. */
export function company(
  people: number,
  groups: number,
  members: number,
  difference: Difference,
): [Snapshot, CurrentState] {
  const ordinals = (group: number) =>
    Int32Array.from({ length: members }, (_, at) => (group * 97 + at * 13) % people).sort();
  const shown = range(groups, at => {
    const users = difference === 'leaving' ? ordinals(at).subarray(1) : ordinals(at);
    return directoryGroup(GROUPS + at, `g${at}`, { ...NOBODY, users });
  });
  const seen = snapshot(
    range(people, at => person(at + 1)),
    shown,
  );
  if (difference === 'new') return [seen, current({ users: range(people, at => localUser(at + 1)) })];
  const held = range(groups, at => {
    const ids = Array.from(ordinals(at), ordinal => ordinal + 1);
    return managedGroup(at + 1, `g${at}`, ids);
  });
  return [seen, stateOf(held, people)];
}

function stateOf(managed: CurrentState['managed'], people: number, more: Partial<CurrentState> = {}) {
  return current({
    linked: true,
    managed,
    groups: managed.map(({ id, name }) => known(GROUPS + id - 1, name, id)),
    links: range(people, at => link(at + 1)),
    ...more,
  });
}

function planned(seen: Snapshot, state: CurrentState, settings: DirectorySettings) {
  return () => {
    const plan = planSync(seen, state, settings);
    judge(plan, settings);
    return cutBatches(plan.changes);
  };
}

function mergingAll(n: number) {
  const [seen] = company(2 * n, n, MEMBERS, 'same');
  const members = range(2 * n, at => at + 1);
  const groups = range(n, at => known(GROUPS + at, `g${at}`, 1));
  const state = stateOf([managedGroup(1, 'all', members)], 2 * n, { groups });
  return planned(seen, state, directory({ mappings: [mapping({ merge: true, name: 'all' })] }));
}

/** Every group requests the name of the next one, and a manual group has the last name. */
function naming(n: number) {
  const held = range(n, at => managedGroup(at + 1, `g${at}`, []));
  const shown = range(n, at => directoryGroup(GROUPS + at, `g${at + 1}`, NOBODY));
  const manual = { id: n + 1, teamId: 1, name: `g${n}`, type: 50, managed: false };
  return planned(snapshot([], shown), { ...stateOf(held, 0), named: [...held, manual] }, directory());
}

function renaming(n: number) {
  const wanted = range(n, at => ({ id: at + 1, teamId: 1, name: `g${at}`, newName: `g${at + 1}` }));
  const bearers = [...wanted, { id: n + 1, teamId: 1, name: `g${n}` }];
  return () => possibleRenames(wanted, bearers);
}

/** Every team has one owner-level group and no other owner, and all members leave. */
function owners(n: number) {
  const teams = range(n, at => ({ id: at + 1, slug: `t${at}`, projects: [] }));
  const held = range(n, at => managedGroup(at + 1, `g${at}`, [at + 1], { teamId: at + 1, type: 0 }));
  const ownedTeams = teams.map(({ id }) => ({ teamId: id, ineligible: new Int32Array(0) }));
  const shown = range(n, at =>
    directoryGroup(GROUPS + at, `g${at}`, NOBODY, { attributes: { cn: `g${at}`, ou: `t${at}` } }),
  );
  const people = range(n, at => person(at + 1));
  const rule = mapping({ team: '{ou}', type: 0 });
  return planned(
    snapshot(people, shown),
    stateOf(held, n, { teams, ownedTeams }),
    directory({ mappings: [rule] }),
  );
}

/** Half of all groups, each of its own team, are missing. */
function vanished(n: number) {
  const teams = range(n, at => ({ id: at + 1, slug: `t${at}`, projects: [] }));
  const held = range(n, at => managedGroup(at + 1, `g${at}`, [], { teamId: at + 1 }));
  const shown = range(n / 2, at =>
    directoryGroup(GROUPS + at, `g${at}`, NOBODY, { attributes: { cn: `g${at}`, ou: `t${at}` } }),
  );
  const state = stateOf(held, 0, { teams });
  const groups = state.groups.map(group => ({ ...group, mapping: '{ou}/{cn}' }));
  return planned(
    snapshot([], shown),
    { ...state, groups },
    directory({ mappings: [mapping({ team: '{ou}' })] }),
  );
}

/** All people show the same username, which one group names. */
function sharing(n: number) {
  const collection = collecting();
  for (let at = 1; at <= n; at += 1)
    collectUser(collection, decode(`uid=user${at},ou=people,dc=test`, { uid: ['x'], entryUUID: [uuid(at)] }));
  const entry = { cn: ['all'], entryUUID: [uuid(GROUPS)], memberUid: ['x'] };
  finish(collectGroup(collection, decode('cn=all,ou=groups,dc=test', entry)));
  const state = stateOf(
    [
      managedGroup(
        1,
        'all',
        range(n, at => at + 1),
      ),
    ],
    n,
  );
  return () => {
    const { users, groups, references } = finish(assemble(collection, () => 0));
    planned(snapshot(users, groups, { references }), state, directory({ mappings: [mapping()] }))();
  };
}
