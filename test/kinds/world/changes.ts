/** All changes of a directory by its administrators, and changes of people to their own entries. */
import fc from 'fast-check';
import {
  ANCHOR,
  ANCHORED,
  changed,
  type Device,
  dnOf,
  GROUP_OUS,
  type Group,
  PEOPLE_OUS,
  type Person,
  rewritten,
  type Town,
} from './town.ts';

const KINDS = [
  'join',
  'join',
  'joinByUid',
  'leave',
  'leave',
  'nest',
  'unnest',
  'movePerson',
  'movePerson',
  'renamePerson',
  'disable',
  'enable',
  'recreate',
  'remove',
  'moveGroup',
  'renameGroup',
  'removeGroup',
  'recreateGroup',
  'twin',
  'untwin',
  'secondName',
  'takeName',
  'dropSecond',
  'shareIdentity',
  'primary',
  'noPrimary',
  'device',
  'impostor',
  'leaveAndTakeName',
  'leaveAmongStrays',
  'rewrite',
] as const;

/** Numbers are taken modulo the number of things. `tidy`: values follow at once. */
export interface Change {
  readonly kind: (typeof KINDS)[number];
  readonly who: number;
  readonly where: number;
  readonly tidy: boolean;
}

export const changes = (): fc.Arbitrary<Change> =>
  fc.record({
    kind: fc.constantFrom(...KINDS),
    who: fc.nat(7),
    where: fc.nat(7),
    tidy: fc.boolean(),
  });

/** The town after a change; the same town if the change has no effect. */
export function after(town: Town, change: Change): Town {
  const person = pick(
    town.people.filter(({ id }) => id !== ANCHOR.id && (id < 100 || id > 200)),
    change.who,
  );
  const group = pick(
    town.groups.filter(({ id }) => id !== ANCHORED.id),
    change.where,
  );
  if (person === undefined || group === undefined) return town;
  return (MEMBERSHIP[change.kind] ?? PEOPLE[change.kind] ?? GROUPS[change.kind] ?? (same => same))(town, {
    ...change,
    person,
    group,
  });
}

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list[at % Math.max(1, list.length)];
}

interface Chosen extends Change {
  readonly person: Person;
  readonly group: Group;
}

type Changer = (town: Town, chosen: Chosen) => Town;
type Changers = Readonly<Partial<Record<Change['kind'], Changer>>>;

const MEMBERSHIP: Changers = {
  join: (town, { person, group }) =>
    withGroup(town, { ...group, dns: [...new Set([...group.dns, dnOf(person)])] }),
  joinByUid: (town, { person, group }) =>
    withGroup(town, { ...group, uids: [...new Set([...group.uids, person.uid])] }),
  leave: (town, { person, group }) => withGroup(town, without(group, person)),
  nest: (town, { who, group }) => {
    const inner = pick(town.groups, who);
    return inner === undefined || inner.id === group.id
      ? town
      : withGroup(town, { ...group, dns: [...new Set([...group.dns, dnOf(inner)])] });
  },
  unnest: (town, { group }) =>
    withGroup(town, { ...group, dns: group.dns.filter(dn => !dn.startsWith('cn=')) }),
  // Takes the name of a member of the group when leaving it (G18).
  leaveAndTakeName: (town, { person, group, who }) => {
    const left = without(group, person);
    const name = pick(left.uids, who);
    if (name === undefined) return withGroup(town, left);
    const people = town.people.map(each => (each.id === person.id ? { ...each, second: [name] } : each));
    return changed(town, { people, groups: town.groups.map(each => (each.id === group.id ? left : each)) });
  },
  // Leaves while an unknown name is added to the group.
  leaveAmongStrays: (town, { person, group, who }) => {
    const left = without(group, person);
    return withGroup(town, { ...left, uids: [...new Set([...left.uids, `stray${who}`])] });
  },
  rewrite: town => {
    let { groups } = town;
    for (const ghost of town.ghosts) {
      const now = town.people.find(({ id }) => id === ghost.id);
      if (now === undefined || ghost.group !== undefined) continue;
      groups = rewritten(groups, ghost.name, ghost.name.includes('=') ? dnOf(now) : now.uid);
    }
    return changed(town, { groups });
  },
};

const PEOPLE: Changers = {
  movePerson: (town, { person, where, tidy }) =>
    withPerson(town, person, { ...person, ou: pick(PEOPLE_OUS, where) ?? person.ou }, tidy),
  renamePerson: (town, { person, where, tidy }) =>
    withPerson(town, person, { ...person, uid: `u${person.id}${'bcdefghi'[where] ?? ''}` }, tidy),
  disable: (town, { person }) => withPerson(town, person, { ...person, disabled: true }, true),
  enable: (town, { person }) => withPerson(town, person, { ...person, disabled: false }, true),
  recreate: (town, { person }) => {
    const id = person.id + 200;
    const people = [...town.people.filter(each => each.id !== person.id), { ...person, id }];
    const isShared = town.people.some(({ shows }) => shows === person.id);
    return person.id > 100 || isShared ? town : changed(town, { people });
  },
  remove: (town, { person, tidy }) => {
    const groups = tidy ? town.groups.map(group => without(group, person)) : town.groups;
    return changed(town, { people: town.people.filter(({ id }) => id !== person.id), groups });
  },
  twin: (town, { person, where }) => {
    if (person.id > 100) return town;
    const twin = { ...person, id: person.id + 100, ou: pick(PEOPLE_OUS.slice(0, 3), where) ?? person.ou };
    return town.people.some(({ id }) => id === twin.id)
      ? town
      : changed(town, { people: [...town.people, twin] });
  },
  untwin: town =>
    changed(town, {
      people: town.people.filter(({ id, shows }) => shows === undefined && (id < 100 || id > 200)),
    }),
  secondName: (town, { person, where }) => {
    const other = pick(town.people, where);
    const second = other === undefined || other.id === person.id ? [] : [other.uid];
    return withPerson(town, person, { ...person, second }, true);
  },
  takeName: (town, { person, where }) => {
    const other = pick(town.people, where);
    return withPerson(town, person, { ...person, uid: other?.uid ?? person.uid }, false);
  },
  primary: (town, { person, group }) => withPerson(town, person, { ...person, gid: group.id }, true),
  noPrimary: (town, { person }) => withPerson(town, person, { ...person, gid: undefined }, true),
  // A device has the username of a person.
  device: (town, { person: { id, uid, ou } }) => withDevice(town, { id, uid, dn: `cn=d${id},${ou}` }),
  // A person has another DN and username, and a device the former ones.
  impostor: (town, { person, tidy }) => {
    const { id, uid } = person;
    const renamed = withPerson(town, person, { ...person, uid: `u${id}j` }, tidy);
    return renamed === town ? town : withDevice(renamed, { id, uid, dn: dnOf(person) });
  },
  dropSecond: (town, { person }) => withPerson(town, person, { ...person, second: [] }, true),
  shareIdentity: (town, { person, where }) => {
    const ou = pick(PEOPLE_OUS.slice(0, 3), where) ?? person.ou;
    if (person.id > 100) return town;
    const twin = { ...person, id: person.id + 100, uid: `${person.uid}x`, ou, shows: person.id };
    return town.people.some(({ id }) => id === twin.id)
      ? town
      : changed(town, { people: [...town.people, twin] });
  },
};

const GROUPS: Changers = {
  moveGroup: (town, { group, who, tidy }) =>
    moved(town, group, { ...group, ou: pick(GROUP_OUS, who) ?? group.ou }, tidy),
  renameGroup: (town, { group, who, tidy }) =>
    moved(town, group, { ...group, cn: `g${group.id % 1000}${'bcd'[who % 3] ?? ''}` }, tidy),
  removeGroup: (town, { group, tidy }) => {
    const groups = town.groups.filter(({ id }) => id !== group.id);
    return changed(town, { groups: tidy ? rewritten(groups, dnOf(group), undefined) : groups });
  },
  recreateGroup: (town, { group }) => {
    const groups = town.groups.filter(({ id }) => id !== group.id);
    return group.id > 2000 ? town : changed(town, { groups: [...groups, { ...group, id: group.id + 1000 }] });
  },
};

/** The id is that of a person. */
function withDevice(town: Town, { id, ...named }: Device): Town {
  const device = { ...named, id: id + 5000 };
  const others = (town.devices ?? []).filter(each => each.id !== device.id);
  return changed(town, { devices: [...others, device] });
}

function withGroup(town: Town, group: Group): Town {
  return changed(town, { groups: town.groups.map(each => (each.id === group.id ? group : each)) });
}

function without(group: Group, person: Person): Group {
  const dns = group.dns.filter(dn => dn !== dnOf(person));
  return { ...group, dns, uids: group.uids.filter(uid => uid !== person.uid) };
}

function withPerson(town: Town, before: Person, now: Person, tidy: boolean): Town {
  const people = town.people.map(each => (each.id === before.id ? now : each));
  const moved = tidy ? rewritten(town.groups, dnOf(before), dnOf(now)) : town.groups;
  return changed(town, { people, groups: tidy ? rewritten(moved, before.uid, now.uid) : moved });
}

function moved(town: Town, before: Group, now: Group, tidy: boolean): Town {
  const groups = town.groups.map(each => (each.id === before.id ? now : each));
  return changed(town, { groups: tidy ? rewritten(groups, dnOf(before), dnOf(now)) : groups });
}
