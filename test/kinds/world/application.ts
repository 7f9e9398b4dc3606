/** The application in memory: the effects of a plan, as the store would write them. Pure. */
import type { CurrentState, KnownGroup, ManagedGroup, Wanted } from '../../../src/model/current.ts';
import type { KnownDoubt, KnownReference } from '../../../src/model/doubt.ts';
import type { GroupChange, Plan } from '../../../src/model/plan.ts';
import type { IdSet } from '../../../src/model/snapshot.ts';
import { current } from '../../support/given/current.ts';

export interface Application {
  readonly state: CurrentState;
  readonly nextGroup: number;
}

/** Has no local user. */
const STRANGER = 4;

/** Users 1 to `count`, u1, u2 …, without links and groups. */
export function emptyApplication(count: number): Application {
  const users = Array.from({ length: count }, (_, at) => at + 1)
    .filter(id => id !== STRANGER)
    .map(id => {
      return { id, username: `u${id}`, email: `u${id}@example.test`, linked: false };
    });
  return { state: current({ users }), nextGroup: 1 };
}

/** What the store would return. */
export function asLoaded({ state }: Application, { groups: read }: Wanted): CurrentState {
  const linked = new Set(state.links.map(link => link.userId));
  const users = state.users.map(user => ({ ...user, linked: linked.has(user.id) }));
  const ids = new Set(
    state.groups
      .filter(({ externalId }) => read?.includes(externalId) ?? true)
      .map(group => group.accessGroupId),
  );
  return { ...state, users, managed: state.managed.filter(({ id }) => ids.has(id)) };
}

/** The application after a plan, as if an operator had approved everything that the guard holds. */
export function applied({ state, nextGroup }: Application, plan: Plan, whole: boolean): Application {
  let next = nextGroup;
  const created = new Map<string, number>();
  const managed = new Map(state.managed.map(group => [group.id, group]));
  for (const change of plan.changes) {
    const id = change.kind === 'create' ? next++ : change.accessGroupId;
    if (id === undefined) continue;
    if (change.kind === 'create') for (const source of change.sources) created.set(source, id);
    const group = changedGroup(managed.get(id), change, id, plan.empty === undefined);
    if (group !== undefined) managed.set(id, group);
  }
  const groups = statesAfter(state.groups, plan, created);
  const links = new Map(state.links.map(link => [link.externalId, link]));
  for (const link of plan.links) links.set(link.externalId, link);
  const all = [...managed.values()];
  const after: CurrentState = {
    ...state,
    groups,
    managed: all,
    links: [...links.values()],
    linked: links.size > 0,
    named: all.map(({ id, teamId, name, type }) => ({ id, teamId, name, type, managed: true })),
    totals: { groups: all.length, memberships: all.reduce((sum, { members }) => sum + members.length, 0) },
    references: referencesAfter(state.references, plan, whole),
    changes: new Map([
      ...(state.changes ?? []),
      ...(plan.entryChanges ?? []).map(({ externalId, changedAt }): [string, string] => [
        externalId,
        changedAt,
      ]),
    ]),
    doubts: doubtsAfter(state.doubts, plan),
    unresolved: unresolvedAfter(state, plan),
  };
  return { state: after, nextGroup: next };
}

function changedGroup(
  group: ManagedGroup | undefined,
  { kind, name, type, desired, add }: GroupChange,
  id: number,
  isBelieved: boolean,
): ManagedGroup | undefined {
  if (kind === 'create') return { id, teamId: 1, name, type, managed: true, members: desired, projects: [] };
  if (group === undefined || (kind !== 'rename' && kind !== 'update' && kind !== 'retire')) return undefined;
  const members = isBelieved ? desired : merged(group.members, add);
  return kind === 'retire' ? { ...group, members } : { ...group, name, members };
}

function merged(one: IdSet, other: IdSet): IdSet {
  return Int32Array.from(new Set([...one, ...other])).sort();
}

function statesAfter(
  before: readonly KnownGroup[],
  { states, forgotten }: Plan,
  created: ReadonlyMap<string, number>,
): KnownGroup[] {
  const known = new Map(before.map(group => [group.externalId, group]));
  for (const state of states) {
    const old = known.get(state.externalId);
    const accessGroupId = old?.accessGroupId ?? created.get(state.externalId);
    known.set(state.externalId, { ...state, accessGroupId, frozen: false, rejected: false });
  }
  for (const externalId of forgotten) known.delete(externalId);
  return [...known.values()];
}

const FIRST = { ageMs: 0, repeated: false };

/** A quarter of an hour passes between two runs. */
function referencesAfter(
  before: CurrentState['references'],
  { references }: Plan,
  whole: boolean,
): ReadonlyMap<string, KnownReference> {
  const { appeared = [], resolved = [], proving = [] } = references ?? {};
  const after = new Map(
    [...before].map(([key, { absent, groups, ageMs, repeated }]) => [
      key,
      { absent, groups, ageMs: ageMs + 900_000, repeated: repeated || whole },
    ]),
  );
  for (const key of [...resolved, ...proving]) after.delete(key);
  for (const { key, ...now } of appeared) {
    const known = after.get(key);
    const { ageMs, repeated } = known !== undefined && known.absent === now.absent ? known : FIRST;
    after.set(key, { ...now, ageMs, repeated });
  }
  return after;
}

function doubtsAfter(before: readonly KnownDoubt[], { judged, doubts }: Plan): KnownDoubt[] {
  const others = before.filter(({ accessGroupId }) => !judged.includes(accessGroupId));
  return [...others, ...doubts.map(doubt => ({ ...doubt, decision: undefined }))];
}

function unresolvedAfter({ unresolved }: CurrentState, { unresolved: { appeared, resolved } }: Plan) {
  const key = (each: (typeof appeared)[number]) => `${each.groupExternalId} ${each.reason} ${each.member}`;
  const over = new Set(resolved.map(key));
  return [...unresolved.filter(each => !over.has(key(each))), ...appeared];
}
