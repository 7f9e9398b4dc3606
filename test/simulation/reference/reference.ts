/**
 * The expected application after one trusted read, written from the rules (docs/decisions, docs/situations.md) without
 * code of the product. Slow, small, and for one team.
 */
import { type Scenario, UNITS } from '../world/scenario.ts';
import { type Group, isBelow, trueMembers, type View } from '../world/world.ts';
import {
  judgeMembers,
  type Known,
  NOTHING_KNOWN,
  readAgain,
  rememberRead,
  type Verdict,
  valuesOf,
} from './doubts.ts';
import { type Approvals, type Change, disbelieved, judge, type Totals } from './guard.ts';
import { linksAfter, loadedBy, placesAfter } from './links.ts';
import { assignNames, wishesOf } from './names.ts';

/** An AccessGroup. Members are usernames. */
export interface Access {
  readonly name: string;
  readonly members: ReadonlySet<string>;
}

/** The stored state of a directory group: its DN, the number of reads that missed it (at most 2), its AccessGroup. */
export interface Memory {
  readonly dn: string;
  readonly missed: number;
  readonly access: Access | undefined;
  /** A user froze the AccessGroup, or released the directory group. */
  readonly frozen: boolean;
  readonly released: boolean;
  /** A user rejected removals from it. */
  readonly rejected: boolean;
}

export interface State {
  /** By the identity of the directory group. */
  readonly known: ReadonlyMap<string, Memory>;
  /** The links: usernames by the identity of the person. */
  readonly links: ReadonlyMap<string, string>;
  /** Manual groups by name. */
  readonly manual: ReadonlyMap<string, ReadonlySet<string>>;
  readonly reads: Known;
}

export interface Outcome {
  readonly state: State;
  /** What waits for approval. */
  readonly held: Approvals;
}

export const NOTHING: State = { known: new Map(), links: new Map(), manual: new Map(), reads: NOTHING_KNOWN };

export interface PlanContext {
  readonly scenario: Scenario;
  readonly approved?: Approvals;
  /** DN of the only group that is read. */
  readonly only?: string;
}

/** A set without the elements of another. */
export function without<T>(from: Iterable<T>, gone: ReadonlySet<T>): Set<T> {
  return new Set([...from].filter(one => !gone.has(one)));
}

/** The application after an applied run with this read. undefined: the only group to read does not exist. */
export function afterRead(
  before: State,
  view: View,
  { scenario, approved = new Map(), only }: PlanContext,
): Outcome | undefined {
  const base = scenario.onlyTeams ? UNITS[1] : UNITS[0];
  const mapped = [...view.groups].filter(([dn]) => isBelow(dn, base) && (only === undefined || dn === only));
  if (only !== undefined && mapped.length === 0) return undefined;
  const claimed = mapped.filter(([, { id }]) => !before.known.get(id)?.released);
  const links = linksAfter(
    before,
    view,
    mapped.map(([dn]) => dn),
  );
  const empty = only === undefined ? emptiness(before, view, mapped.length) : undefined;
  const named = assignNames(before, wishesOf(before, view, claimed, scenario, only === undefined));
  const changes = new Map<string, Change>();
  const verdicts = new Map<string, Verdict>();
  const values = new Map(mapped.map(([dn]) => [dn, valuesOf(view, dn)]));
  const judging = { before, view, only, loaded: loadedBy(before, mapped, values, only) };
  for (const [dn, { id }] of claimed) {
    const name = named.get(id);
    const access = before.known.get(id)?.access;
    if ((name === undefined && access === undefined) || before.known.get(id)?.frozen) continue;
    const truth = [...trueMembers(view, dn)].flatMap(
      person => (isAbled(view, person) && links.get(person)) || [],
    );
    const change = changeOf(access, new Set(truth), scenario.protect);
    const verdict = access && judgeMembers(id, valuesOf(view, dn), change.remove, judging);
    if (verdict !== undefined) verdicts.set(id, verdict);
    const kept = verdict?.kept.keys() ?? [];
    changes.set(id, changeOf(access, new Set([...truth, ...kept]), scenario.protect));
  }
  const missed = only === undefined ? missing(before, mapped) : new Map<string, number>();
  const rejected = new Set([...before.known].flatMap(([id, memory]) => (memory.rejected ? [id] : [])));
  const everybody = mapped.flatMap(([dn]) => [...trueMembers(view, dn)]);
  const leavers = new Set(everybody.flatMap(id => (isAbled(view, id) ? [] : (links.get(id) ?? []))));
  const evidence = { empty, totals: totalsOf(before), approved, rejected, leavers, guard: scenario.guard };
  const fresh = [...missed].flatMap(([id, times]) =>
    times === 1 && before.known.get(id)?.access && !before.known.get(id)?.frozen ? [id] : [],
  );
  const waiting = disbelieved(fresh, evidence);
  if (waiting !== undefined)
    return {
      state: {
        ...onlyMissed(before, without(fresh, new Set(waiting.keys()))),
        reads: readAgain(before.reads),
      },
      held: waiting,
    };
  for (const [id, times] of missed) {
    const { access, frozen } = before.known.get(id) ?? {};
    if (access === undefined || frozen || times < 2 || scenario.onMissingGroup === 'keep') continue;
    const change = changeOf(access, new Set(), scenario.protect);
    const deletes = scenario.onMissingGroup === 'delete' && change.desired.size === 0;
    if (change.remove.size > 0 || deletes) changes.set(id, { ...change, retires: true, deletes });
  }
  const held = judge({ ...evidence, changes });
  const known = knownAfter(before, claimed, { named, changes, missed, held });
  const isForgotten = (id: string) =>
    only === undefined && empty === undefined && !takesAway(changes.get(id));
  const reads = rememberRead(before.reads, {
    verdicts,
    values: [...values.values()],
    retired: new Set([...changes].filter(([, { retires }]) => retires).map(([id]) => id)),
    waits: held.size > 0,
    places: placesAfter(before, links, [...values.values()]),
    whole: only === undefined,
  });
  return { state: { ...before, links, reads, known: withRejected(known, isForgotten, false) }, held };
}

function takesAway(change: Change | undefined): boolean {
  return change !== undefined && (change.remove.size > 0 || change.deletes);
}

/** Marks the groups that `which` selects as rejected, or removes the mark. */
export function withRejected(
  known: State['known'],
  which: (id: string) => boolean,
  rejected: boolean,
): Map<string, Memory> {
  return new Map([...known].map(([id, memory]) => [id, which(id) ? { ...memory, rejected } : memory]));
}

/** The read only shows that these are absent, as approved. */
function onlyMissed(before: State, ids: ReadonlySet<string>): State {
  const known = new Map(
    [...before.known].map(([id, memory]) => [id, ids.has(id) ? { ...memory, missed: 1 } : memory]),
  );
  return { ...before, known };
}

export type Mapped = readonly (readonly [string, Group])[];

function isAbled({ people }: View, id: string): boolean {
  return [...people.values()].some(person => person.id === id && !person.disabled);
}

function emptiness({ known }: State, view: View, mapped: number): 'groups' | 'users' | 'members' | undefined {
  const managed = [...known.values()].flatMap(({ access }) => access ?? []);
  if (managed.length === 0) return undefined;
  if (mapped === 0) return 'groups';
  if (managed.every(({ members }) => members.size === 0)) return undefined;
  if (![...view.people.keys()].some(dn => isBelow(dn, 'ou=people,dc=test'))) return 'users';
  const read = [...view.groups].filter(([dn]) => isBelow(dn, UNITS[0]));
  return read.every(([, group]) => group.members.size === 0) ? 'members' : undefined;
}

/** The new number of misses of each known group that is not in scope. */
function missing({ known }: State, mapped: Mapped): Map<string, number> {
  const present = new Set(mapped.map(([, { id }]) => id));
  return new Map(
    [...known]
      .filter(([id, { released }]) => !released && !present.has(id))
      .map(([id, { missed }]) => [id, Math.min(2, missed + 1)]),
  );
}

function changeOf(
  access: Access | undefined,
  truth: ReadonlySet<string>,
  protect: readonly string[],
): Change {
  const present = access?.members ?? new Set<string>();
  const safe = new Set(protect);
  const kept = [...present].filter(one => safe.has(one));
  const desired = new Set([...without(truth, safe), ...kept]);
  return { present, desired, remove: without(present, desired), retires: false, deletes: false };
}

function totalsOf({ known }: State): Totals {
  const managed = [...known.values()].flatMap(({ access }) => access ?? []);
  return { groups: managed.length, memberships: managed.reduce((sum, { members }) => sum + members.size, 0) };
}

interface Decided {
  readonly named: ReadonlyMap<string, string>;
  readonly changes: ReadonlyMap<string, Change>;
  readonly missed: ReadonlyMap<string, number>;
  readonly held: Approvals;
}

function knownAfter(
  { known }: State,
  mapped: Mapped,
  { named, changes, missed, held }: Decided,
): Map<string, Memory> {
  const after = new Map(known);
  for (const [dn, { id }] of mapped) {
    const [change, name] = [changes.get(id), named.get(id)];
    const frozen = known.get(id)?.frozen ?? false;
    const made = change && name !== undefined && { name, members: membersAfter(change, held.get(id)) };
    const access = frozen ? known.get(id)?.access : made || undefined;
    const rejected = known.get(id)?.rejected ?? false;
    after.set(id, { dn, missed: 0, access, frozen, released: false, rejected });
  }
  for (const [id, times] of missed) {
    const memory = known.get(id);
    const change = changes.get(id);
    if (memory?.access === undefined) after.delete(id);
    else if (change === undefined) after.set(id, { ...memory, missed: times });
    else {
      const members = membersAfter(change, held.get(id));
      const isGone = change.deletes && !held.has(id) && members.size === 0;
      after.set(id, { ...memory, missed: times, access: isGone ? undefined : { ...memory.access, members } });
    }
  }
  return after;
}

function membersAfter(
  { desired }: Change,
  held: { readonly users: ReadonlySet<string> } | undefined,
): Set<string> {
  return new Set([...desired, ...(held?.users ?? [])]);
}
