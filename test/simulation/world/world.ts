/** A small directory as a model: entries by DN, member values that are DNs. Changes are also made on the server. */
import type { LdapServer } from '../../../dev/fake-ldap/server/server.ts';
import { groupDn, groupEntry, personDn, personEntry } from '../../support/given/company.ts';
import { uuid } from '../../support/given/saved-plan.ts';
import { type DirectoryStep, NAMES, UNITS, USERNAMES } from './scenario.ts';

export interface Person {
  readonly id: string;
  readonly uid: string;
  readonly disabled: boolean;
}

export interface Group {
  readonly id: string;
  readonly cn: string;
  readonly unit: string;
  readonly members: ReadonlySet<string>;
}

/** The contents of the directory at one point in time. */
export interface View {
  readonly people: ReadonlyMap<string, Person>;
  readonly groups: ReadonlyMap<string, Group>;
}

export interface World {
  view(): View;
  /** Changes the directory; an impossible step (a taken DN, nothing to select) does nothing. */
  change(step: DirectoryStep): void;
  /** The DN that a number selects at present; undefined without groups. */
  groupAt(at: number): string | undefined;
}

type Server = Pick<LdapServer, 'add' | 'delete' | 'modify' | 'rename'>;

/** A directory with all people and no groups. The server has the same entries. */
export function createWorld(ldap: Server): World {
  const people = new Map<string, Person>(
    USERNAMES.map((uid, n) => [personDn(uid), { id: uuid(n + 1), uid, disabled: false }]),
  );
  const groups = new Map<string, Group>();
  let lastId = 1000;
  const newId = () => uuid(++lastId);
  const pick = <T>(from: ReadonlyMap<string, T>, at: number) => [...from][at % Math.max(1, from.size)];
  const isTaken = (dn: string) => [...groups.keys()].some(other => other.toLowerCase() === dn.toLowerCase());

  function put(dn: string, group: Group): void {
    groups.set(dn, group);
    ldap.modify(dn, { replace: { member: [...group.members] } });
  }

  /** As a server with referential integrity. */
  function follow(from: string, to: string | undefined): void {
    for (const [dn, group] of groups) {
      if (!group.members.has(from)) continue;
      const members = new Set([...group.members].flatMap(one => (one === from ? (to ?? []) : one)));
      put(dn, { ...group, members });
    }
  }

  function create(cn: string, unit: string, members: readonly string[]): void {
    const dn = `cn=${cn},${unit}`;
    if (isTaken(dn) || groups.size > 9) return;
    const id = newId();
    ldap.add({ ...groupEntry(cn, [], { entryUUID: [id] }), dn });
    groups.set(dn, { id, cn, unit, members: new Set() });
    put(dn, { id, cn, unit, members: new Set(members) });
  }

  function relocate(dn: string, group: Group, cn: string, unit: string): void {
    const target = `cn=${cn},${unit}`;
    if (target === dn || (isTaken(target) && target.toLowerCase() !== dn.toLowerCase())) return;
    ldap.rename(dn, target);
    groups.delete(dn);
    groups.set(target, { ...group, cn, unit });
    follow(dn, target);
  }

  function changeGroup(step: Extract<DirectoryStep, { group: number }>): void {
    const [dn = '', group] = pick(groups, step.group) ?? [];
    if (group === undefined) return;
    const { cn, unit, members } = group;
    if (step.do === 'join') put(dn, { ...group, members: new Set([...members, keyAt(people, step.person)]) });
    else if (step.do === 'leave')
      put(dn, {
        ...group,
        members: new Set([...members].toSpliced(step.person % Math.max(1, members.size), 1)),
      });
    else if (step.do === 'nest')
      put(dn, { ...group, members: new Set([...members, keyAt(groups, step.inner)]) });
    else if (step.do === 'empty') put(dn, { ...group, members: new Set() });
    else if (step.do === 'rename') relocate(dn, group, nameAt(step.name), unit);
    else if (step.do === 'move') relocate(dn, group, cn, UNITS[step.unit % UNITS.length] ?? unit);
    else {
      groups.delete(dn);
      ldap.delete(dn);
      if (step.do === 'delete') follow(dn, undefined);
      else create(cn, unit, [...members]);
    }
  }

  /** Another person with the same name, in no group; or removes that person. */
  function toggleTwin({ uid }: Person): void {
    const dn = personDn(uid, 'other,ou=people');
    if (people.delete(dn)) {
      ldap.delete(dn);
      follow(dn, undefined);
      return;
    }
    const id = newId();
    ldap.add({ ...personEntry(uid, { entryUUID: [id] }), dn });
    people.set(dn, { id, uid, disabled: false });
  }

  function changePerson(step: Exclude<DirectoryStep, { group: number } | { do: 'create' }>): void {
    const [dn = '', person] = pick(people, step.person) ?? [];
    if (person === undefined) return;
    if (step.do === 'disable') {
      people.set(dn, { ...person, disabled: !person.disabled });
      const value = person.disabled ? [] : ['000001010000Z'];
      ldap.modify(dn, { replace: { pwdAccountLockedTime: value } });
      return;
    }
    if (step.do === 'twin') {
      toggleTwin(person);
      return;
    }
    if (step.do === 'movePerson') {
      const target =
        dn === personDn(person.uid) ? `uid=${person.uid},ou=archive,dc=test` : personDn(person.uid);
      if (people.has(target)) return;
      ldap.rename(dn, target);
      people.delete(dn);
      people.set(target, person);
      follow(dn, target);
      return;
    }
    people.delete(dn);
    ldap.delete(dn);
    if (step.do === 'leaveCompany') {
      follow(dn, undefined);
      return;
    }
    // Another person with the same name, in the same groups.
    const id = newId();
    ldap.add({ ...personEntry(person.uid, { entryUUID: [id] }), dn });
    people.set(dn, { id, uid: person.uid, disabled: false });
  }

  return {
    view: () => ({ people: new Map(people), groups: new Map(groups) }),
    change(step) {
      if (step.do === 'create') {
        const members = step.people.map(at => personDn(USERNAMES[at] ?? ''));
        create(nameAt(step.name), UNITS[step.unit % UNITS.length] ?? UNITS[0], members);
      } else if ('group' in step) changeGroup(step);
      else changePerson(step);
    },
    groupAt: at => pick(groups, at)?.[0],
  };
}

function nameAt(at: number): string {
  return NAMES[at % NAMES.length] ?? '';
}

function keyAt(from: ReadonlyMap<string, unknown>, at: number): string {
  return [...from.keys()][at % Math.max(1, from.size)] ?? groupDn('nobody');
}

/** Whether the entry is below that DN. */
export function isBelow(dn: string, base: string): boolean {
  return dn.endsWith(`,${base}`);
}

/** Ids of the true members of the group, through all groups that can be found. */
export function trueMembers({ people, groups }: View, dn: string): Set<string> {
  const seen = new Set([dn]);
  const found = new Set<string>();
  for (const at of seen) {
    const group = isBelow(at, UNITS[0]) ? groups.get(at) : undefined;
    for (const member of group?.members ?? []) seen.add(member);
    const person = isBelow(at, 'ou=people,dc=test') ? people.get(at) : undefined;
    if (person !== undefined) found.add(person.id);
  }
  return found;
}
