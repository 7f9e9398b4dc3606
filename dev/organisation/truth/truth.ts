/**
 * The expected members of each AccessGroup, computed from the model only: it parses no DN, asks no server and uses no
 * code of the product. Disabled people, people outside the users' base and people without a local user are not members.
 */
import { type Group, isUnder, type Member, type Organisation, type Person, placeAt } from '../model/model.ts';
import { accessName } from './access-name.ts';
import { manualGroups } from './local.ts';
import { teamOf } from './settings.ts';

/** Sorted usernames of local users, by AccessGroup name, by team slug. */
export type Truth = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** An AccessGroup of a directory group. */
export interface Tenure {
  readonly team: string;
  readonly name: string;
  readonly members: readonly string[];
  /** The number of consecutive complete reads that did not find the directory group. */
  readonly missed: number;
}

/** The result of the syncs so far, by the identity of the directory group in the model. */
export type Ledger = ReadonlyMap<string, Tenure>;

/** The results of a dynamic group. */
function found(organisation: Organisation, { queries }: Group): Person[] {
  if (queries.length === 0) return [];
  return organisation.people.filter(person =>
    queries.some(({ place, scope, givenName }) => {
      const there = scope === 'one' ? person.place === place : isUnder(person.place, place);
      return there && person.givenName === givenName;
    }),
  );
}

/** All members of the group and of its nested groups, at any depth. */
function allMembers(organisation: Organisation, group: Group): Set<Member['to']> {
  const groups = placeAt(organisation, 'Groups');
  const seen = new Set<Member['to']>([group]);
  for (const at of seen) {
    if (at.kind !== 'group' || !isUnder(at.place, groups)) continue;
    for (const { to } of at.members) seen.add(to);
    for (const person of found(organisation, at)) seen.add(person);
  }
  return seen;
}

/** Sorted usernames of the expected members, including nested ones. */
export function trueMembers(organisation: Organisation, group: Group): string[] {
  const people = placeAt(organisation, 'People');
  const usernames: string[] = [];
  for (const one of allMembers(organisation, group)) {
    if (one.kind !== 'person' || one.disabled || one.usernames.length === 0) continue;
    if (one.local !== undefined && isUnder(one.place, people)) usernames.push(one.local);
  }
  return usernames.sort();
}

const key = (team: string, name: string) => JSON.stringify([team, name]);

/** Counts each (team, name) in a list. */
function tally(places: Iterable<{ readonly team: string; readonly name: string }>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { team, name } of places) counts.set(key(team, name), (counts.get(key(team, name)) ?? 0) + 1);
  return counts;
}

/** The tenures with new names if these are free. No group gets a name that two request or one keeps (A17, A18). */
function renamed(tenures: Ledger, wanted: ReadonlyMap<string, string>): Map<string, Tenure> {
  const names = new Map(tenures);
  for (const [id, tenure] of tenures) names.set(id, { ...tenure, name: wanted.get(id) ?? tenure.name });
  for (let settled = false; !settled; ) {
    const counts = tally([...names.values(), ...manualGroups()]);
    settled = true;
    for (const [id, { team, name }] of names) {
      const before = tenures.get(id);
      if (before === undefined || before.name === name || counts.get(key(team, name)) === 1) continue;
      names.set(id, before);
      settled = false;
    }
  }
  return names;
}

function mappedGroups(organisation: Organisation): Map<string, { group: Group; team: string }> {
  const mapped = new Map<string, { group: Group; team: string }>();
  for (const group of organisation.groups) {
    const team = teamOf(organisation, group);
    if (team !== undefined) mapped.set(group.id, { group, team });
  }
  return mapped;
}

/**
 * The ledger after one sync: a deleted group keeps its members after the first complete read without it and loses them
 * after the second (B2); new groups get an AccessGroup unless another group has or requests the name (A12, A13).
 */
export function nextLedger(organisation: Organisation, before: Ledger): Ledger {
  const mapped = mappedGroups(organisation);
  const wanted = new Map<string, string>();
  for (const [id, { group }] of mapped) {
    const name = accessName(group.cn, id);
    if (name !== undefined) wanted.set(id, name);
  }
  const after = renamed(before, wanted);
  for (const [id, tenure] of after) {
    const found = mapped.get(id);
    const missed = found === undefined ? tenure.missed + 1 : 0;
    if (found !== undefined && found.team !== tenure.team)
      throw new Error('the truth knows no change of team');
    const members = found ? trueMembers(organisation, found.group) : missed > 1 ? [] : tenure.members;
    after.set(id, { ...tenure, missed, members });
  }
  const fresh = [...mapped].flatMap(([id, { group, team }]) => {
    const name = wanted.get(id);
    return before.has(id) || name === undefined ? [] : [{ id, group, team, name }];
  });
  const claims = tally([...after.values(), ...manualGroups(), ...fresh]);
  for (const { id, group, team, name } of fresh) {
    if (claims.get(key(team, name)) !== 1) continue;
    after.set(id, { team, name, members: trueMembers(organisation, group), missed: 0 });
  }
  return after;
}

/** The managed AccessGroups of the ledger by team and name. */
export function truthOf(ledger: Ledger): Truth {
  const truth = new Map<string, Map<string, readonly string[]>>();
  for (const { team, name, members } of ledger.values()) {
    const groups = truth.get(team) ?? new Map<string, readonly string[]>();
    truth.set(team, groups.set(name, members));
  }
  return truth;
}

/** The expected members of each AccessGroup after the first sync into an application without managed groups. */
export function expectedAtFirst(organisation: Organisation): Truth {
  return truthOf(nextLedger(organisation, new Map()));
}
