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
  type Organisation,
  PEOPLE_OUS,
  type Person,
  rewritten,
} from './organisation.ts';

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

/** The organisation after a change; the same one if the change has no effect. */
export function after(before: Organisation, change: Change): Organisation {
  const person = pick(
    before.people.filter(({ id }) => id !== ANCHOR.id && (id < 100 || id > 200)),
    change.who,
  );
  const group = pick(
    before.groups.filter(({ id }) => id !== ANCHORED.id),
    change.where,
  );
  if (person === undefined || group === undefined) return before;
  return (MEMBERSHIP[change.kind] ?? PEOPLE[change.kind] ?? GROUPS[change.kind] ?? (same => same))(before, {
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

type Changer = (before: Organisation, chosen: Chosen) => Organisation;
type Changers = Readonly<Partial<Record<Change['kind'], Changer>>>;

const MEMBERSHIP: Changers = {
  join: (before, { person, group }) =>
    withGroup(before, { ...group, dns: [...new Set([...group.dns, dnOf(person)])] }),
  joinByUid: (before, { person, group }) =>
    withGroup(before, { ...group, uids: [...new Set([...group.uids, person.uid])] }),
  leave: (before, { person, group }) => withGroup(before, without(group, person)),
  nest: (before, { who, group }) => {
    const inner = pick(before.groups, who);
    return inner === undefined || inner.id === group.id
      ? before
      : withGroup(before, { ...group, dns: [...new Set([...group.dns, dnOf(inner)])] });
  },
  unnest: (before, { group }) =>
    withGroup(before, { ...group, dns: group.dns.filter(dn => !dn.startsWith('cn=')) }),
  // Takes the name of a member of the group when leaving it (G18).
  leaveAndTakeName: (before, { person, group, who }) => {
    const left = without(group, person);
    const name = pick(left.uids, who);
    if (name === undefined) return withGroup(before, left);
    const people = before.people.map(each => (each.id === person.id ? { ...each, second: [name] } : each));
    return changed(before, {
      people,
      groups: before.groups.map(each => (each.id === group.id ? left : each)),
    });
  },
  // Leaves while an unknown name is added to the group.
  leaveAmongStrays: (before, { person, group, who }) => {
    const left = without(group, person);
    return withGroup(before, { ...left, uids: [...new Set([...left.uids, `stray${who}`])] });
  },
  rewrite: before => {
    let { groups } = before;
    for (const ghost of before.ghosts) {
      const now = before.people.find(({ id }) => id === ghost.id);
      if (now === undefined || ghost.group !== undefined) continue;
      groups = rewritten(groups, ghost.name, ghost.name.includes('=') ? dnOf(now) : now.uid);
    }
    return changed(before, { groups });
  },
};

const PEOPLE: Changers = {
  movePerson: (before, { person, where, tidy }) =>
    withPerson(before, person, { ...person, ou: pick(PEOPLE_OUS, where) ?? person.ou }, tidy),
  renamePerson: (before, { person, where, tidy }) =>
    withPerson(before, person, { ...person, uid: `u${person.id}${'bcdefghi'[where] ?? ''}` }, tidy),
  disable: (before, { person }) => withPerson(before, person, { ...person, disabled: true }, true),
  enable: (before, { person }) => withPerson(before, person, { ...person, disabled: false }, true),
  recreate: (before, { person }) => {
    const id = person.id + 200;
    const people = [...before.people.filter(each => each.id !== person.id), { ...person, id }];
    const isShared = before.people.some(({ shows }) => shows === person.id);
    return person.id > 100 || isShared ? before : changed(before, { people });
  },
  remove: (before, { person, tidy }) => {
    const groups = tidy ? before.groups.map(group => without(group, person)) : before.groups;
    return changed(before, {
      people: before.people.filter(({ id }) => id !== person.id),
      groups,
    });
  },
  twin: (before, { person, where }) => {
    if (person.id > 100) return before;
    const twin = { ...person, id: person.id + 100, ou: pick(PEOPLE_OUS.slice(0, 3), where) ?? person.ou };
    return before.people.some(({ id }) => id === twin.id)
      ? before
      : changed(before, { people: [...before.people, twin] });
  },
  untwin: before =>
    changed(before, {
      people: before.people.filter(({ id, shows }) => shows === undefined && (id < 100 || id > 200)),
    }),
  secondName: (before, { person, where }) => {
    const other = pick(before.people, where);
    const second = other === undefined || other.id === person.id ? [] : [other.uid];
    return withPerson(before, person, { ...person, second }, true);
  },
  takeName: (before, { person, where }) => {
    const other = pick(before.people, where);
    return withPerson(before, person, { ...person, uid: other?.uid ?? person.uid }, false);
  },
  primary: (before, { person, group }) => withPerson(before, person, { ...person, gid: group.id }, true),
  noPrimary: (before, { person }) => withPerson(before, person, { ...person, gid: undefined }, true),
  // A device has the username of a person.
  device: (before, { person: { id, uid, ou } }) => withDevice(before, { id, uid, dn: `cn=d${id},${ou}` }),
  // A person has another DN and username, and a device the former ones.
  impostor: (before, { person, tidy }) => {
    const { id, uid } = person;
    const renamed = withPerson(before, person, { ...person, uid: `u${id}j` }, tidy);
    return renamed === before ? before : withDevice(renamed, { id, uid, dn: dnOf(person) });
  },
  dropSecond: (before, { person }) => withPerson(before, person, { ...person, second: [] }, true),
  shareIdentity: (before, { person, where }) => {
    const ou = pick(PEOPLE_OUS.slice(0, 3), where) ?? person.ou;
    if (person.id > 100) return before;
    const twin = { ...person, id: person.id + 100, uid: `${person.uid}x`, ou, shows: person.id };
    return before.people.some(({ id }) => id === twin.id)
      ? before
      : changed(before, { people: [...before.people, twin] });
  },
};

const GROUPS: Changers = {
  moveGroup: (before, { group, who, tidy }) =>
    moved(before, group, { ...group, ou: pick(GROUP_OUS, who) ?? group.ou }, tidy),
  renameGroup: (before, { group, who, tidy }) =>
    moved(before, group, { ...group, cn: `g${group.id % 1000}${'bcd'[who % 3] ?? ''}` }, tidy),
  removeGroup: (before, { group, tidy }) => {
    const groups = before.groups.filter(({ id }) => id !== group.id);
    return changed(before, { groups: tidy ? rewritten(groups, dnOf(group), undefined) : groups });
  },
  recreateGroup: (before, { group }) => {
    const groups = before.groups.filter(({ id }) => id !== group.id);
    return group.id > 2000
      ? before
      : changed(before, { groups: [...groups, { ...group, id: group.id + 1000 }] });
  },
};

/** The id is that of a person. */
function withDevice(before: Organisation, { id, ...named }: Device): Organisation {
  const device = { ...named, id: id + 5000 };
  const others = (before.devices ?? []).filter(each => each.id !== device.id);
  return changed(before, { devices: [...others, device] });
}

function withGroup(before: Organisation, group: Group): Organisation {
  return changed(before, {
    groups: before.groups.map(each => (each.id === group.id ? group : each)),
  });
}

function without(group: Group, person: Person): Group {
  const dns = group.dns.filter(dn => dn !== dnOf(person));
  return { ...group, dns, uids: group.uids.filter(uid => uid !== person.uid) };
}

function withPerson(before: Organisation, old: Person, now: Person, tidy: boolean): Organisation {
  const people = before.people.map(each => (each.id === old.id ? now : each));
  const moved = tidy ? rewritten(before.groups, dnOf(old), dnOf(now)) : before.groups;
  return changed(before, { people, groups: tidy ? rewritten(moved, old.uid, now.uid) : moved });
}

function moved(before: Organisation, old: Group, now: Group, tidy: boolean): Organisation {
  const groups = before.groups.map(each => (each.id === old.id ? now : each));
  return changed(before, { groups: tidy ? rewritten(groups, dnOf(old), dnOf(now)) : groups });
}
