/**
 * The possible events of a directory, an application and their sync: plain values, so that a failure can be kept and
 * repeated.
 */
import fc from 'fast-check';
import type { DirectorySettings, Limit } from '../../../src/model/settings.ts';
import { directory, mapping } from '../../support/given/values.ts';

export const USERNAMES = ['ada', 'ben', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal', 'ghost'] as const;
/** All except the ghost have a local user. */
export const LOCAL = USERNAMES.filter(name => name !== 'ghost');

/** Two that differ in the case of a letter, and two that are equal after they are shortened to 55. */
export const NAMES = [
  'devs',
  'Devs',
  'ops',
  'qa',
  `long ${'x'.repeat(70)} one`,
  `long ${'x'.repeat(70)} two`,
];

/** The places of groups: read and mapped, read and perhaps not mapped, not read. */
export const UNITS = ['ou=groups,dc=test', 'ou=teams,ou=groups,dc=test', 'ou=archive,dc=test'] as const;

/** Numbers select one of the present things: group 7 of three is the second. */
export type DirectoryStep =
  | { readonly do: 'join' | 'leave'; readonly group: number; readonly person: number }
  | { readonly do: 'nest'; readonly group: number; readonly inner: number }
  | { readonly do: 'empty' | 'delete' | 'recreate'; readonly group: number }
  | { readonly do: 'rename'; readonly group: number; readonly name: number }
  | { readonly do: 'move'; readonly group: number; readonly unit: number }
  | {
      readonly do: 'create';
      readonly name: number;
      readonly unit: number;
      readonly people: readonly number[];
    }
  | {
      readonly do: 'leaveCompany' | 'movePerson' | 'disable' | 'reborn' | 'twin';
      readonly person: number;
    };

/** Manual changes in the application. */
export type ManualStep =
  | { readonly do: 'makeGroup'; readonly name: number; readonly people: readonly number[] }
  | { readonly do: 'changeMember'; readonly group: number; readonly person: number }
  | { readonly do: 'renameGroup'; readonly group: number; readonly name: number }
  | { readonly do: 'dropGroup'; readonly group: number };

/** Decisions of an administrator about a managed group. */
export interface OwnerStep {
  readonly do: 'freeze' | 'unfreeze' | 'release';
  readonly group: number;
}

/**
 * Faults during a run. `nth` counts searches (pages), `statement` the statements to PostgreSQL. `flushed`: the queue
 * loses its tasks. `overslept`: the lease expires while the worker is paused after its read. `hidden`: the server does
 * not show an entry, or not its identity. `moves`: the directory changes at that search.
 */
export type Trouble =
  | { readonly is: 'nothing' }
  | { readonly is: 'read'; readonly nth: number; readonly how: ReadTrouble }
  | {
      readonly is: 'killed';
      readonly statement: number;
      readonly answered: boolean;
      readonly at: 'reading' | 'applying';
    }
  | { readonly is: 'hidden'; readonly what: 'identity' | 'person' | 'group'; readonly at: number }
  | { readonly is: 'moves'; readonly nth: number; readonly step: DirectoryStep }
  | { readonly is: 'flushed' | 'overslept' }
  | { readonly is: 'crowd'; readonly order: number };

export const READ_TROUBLES = ['busy', 'refused', 'cut', 'cutInside', 'limited', 'emptyPage'] as const;
export type ReadTrouble = (typeof READ_TROUBLES)[number];

export type RunStep =
  | { readonly do: 'sync'; readonly trouble: Trouble }
  | { readonly do: 'syncGroup'; readonly group: number; readonly trouble: Trouble }
  | { readonly do: 'dryRun' | 'approve' | 'reject' | 'quiet' };

export type Step = DirectoryStep | ManualStep | OwnerStep | RunStep;

export interface Scenario {
  readonly guard: {
    readonly memberRemovals: Limit;
    readonly groupMemberRemovals: Limit;
    readonly groupRemovals: Limit;
  };
  readonly onMissingGroup: DirectorySettings['onMissingGroup'];
  readonly onlyTeams: boolean;
  readonly name: '{cn}' | 'x {cn}';
  readonly protect: readonly string[];
  readonly pageSize: number;
  /** Synced before the steps: the members of a group with that name. */
  readonly groups: readonly {
    readonly name: number;
    readonly unit: number;
    readonly people: readonly number[];
  }[];
  readonly steps: readonly Step[];
}

/** The configuration of a scenario. */
export function settingsOf({
  guard,
  onMissingGroup,
  onlyTeams,
  name,
  protect,
  pageSize,
}: Scenario): Partial<DirectorySettings> {
  const groups = onlyTeams ? { baseDn: UNITS[1] } : {};
  return {
    guard,
    onMissingGroup,
    protect,
    pageSize,
    mappings: [mapping({ name, groups, projects: ['api'] })],
  };
}

/** A name after the template of the scenario. */
export function wantedName(template: Scenario['name'], cn: string): string {
  return template.replace('{cn}', cn);
}

const at = fc.nat({ max: 11 });
const people = fc.uniqueArray(fc.nat({ max: USERNAMES.length - 1 }), { maxLength: 7 });

const directoryStep: fc.Arbitrary<DirectoryStep> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('join', 'leave'), group: at, person: at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('nest'), group: at, inner: at }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('empty', 'delete', 'recreate'), group: at }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename'), group: at, name: at }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move'), group: at, unit: at }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('create'), name: at, unit: at, people }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('leaveCompany', 'movePerson', 'disable', 'reborn', 'twin'),
      person: at,
    }),
  },
);

const manualStep: fc.Arbitrary<ManualStep> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('makeGroup'), name: at, people }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('changeMember'), group: at, person: at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('renameGroup'), group: at, name: at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('dropGroup'), group: at }) },
);

const ownerStep: fc.Arbitrary<OwnerStep> = fc.record({
  do: fc.constantFrom('freeze', 'freeze', 'unfreeze', 'release'),
  group: at,
});

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ is: 'nothing' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('read'),
      nth: fc.integer({ min: 1, max: 14 }),
      how: fc.constantFrom(...READ_TROUBLES),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      is: fc.constant('killed'),
      statement: fc.integer({ min: 1, max: 60 }),
      answered: fc.boolean(),
      at: fc.constantFrom('reading', 'applying'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      is: fc.constant('hidden'),
      what: fc.constantFrom('identity', 'person', 'group'),
      at,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      is: fc.constant('moves'),
      nth: fc.integer({ min: 1, max: 20 }),
      step: directoryStep,
    }),
  },
  { weight: 2, arbitrary: fc.record({ is: fc.constantFrom('flushed', 'overslept') }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('crowd'), order: fc.nat({ max: 1000 }) }) },
);

const runStep: fc.Arbitrary<RunStep> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('sync'), trouble }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('syncGroup'), group: at, trouble }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('dryRun', 'approve', 'approve', 'reject', 'quiet') }),
  },
);

/** Narrow limits, because groups are small; sometimes one that is never exceeded. */
const limit = fc.record({
  percent: fc.constantFrom(0, 10, 20, 30, 50),
  count: fc.constantFrom(0, 1, 2, 3, 1000),
});

const group = fc.record({
  name: fc.nat({ max: NAMES.length - 1 }),
  unit: fc.constantFrom(0, 1, 1),
  people: fc.uniqueArray(fc.nat({ max: USERNAMES.length - 1 }), { minLength: 2, maxLength: 8 }),
});

/** Any events, in any order, with any limits. */
export function scenarios(steps: number): fc.Arbitrary<Scenario> {
  const step = fc.oneof(
    { weight: 12, arbitrary: directoryStep },
    { weight: 2, arbitrary: manualStep },
    { weight: 3, arbitrary: ownerStep },
    { weight: 10, arbitrary: runStep },
  );
  return fc.record({
    guard: fc.record({ memberRemovals: limit, groupMemberRemovals: limit, groupRemovals: limit }),
    onMissingGroup: fc.constantFrom('empty', 'empty', 'keep', 'delete'),
    onlyTeams: fc.boolean(),
    name: fc.constantFrom('{cn}', 'x {cn}'),
    protect: fc.constantFrom([], [], ['ada']),
    pageSize: fc.constantFrom(2, 3, 50),
    groups: fc.array(group, { minLength: 2, maxLength: 6, size: 'max' }),
    steps: fc.array<Step>(step, { minLength: 4, maxLength: steps, size: 'max' }),
  });
}

/** Plain settings, for scenarios that are written by hand. */
export const CALM: Omit<Scenario, 'steps'> = {
  groups: [],
  guard: directory().guard,
  onMissingGroup: 'empty',
  onlyTeams: false,
  name: '{cn}',
  protect: [],
  pageSize: 50,
};
