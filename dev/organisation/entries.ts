/** The model as LDAP entries of an OpenLDAP server with the schemas core, cosine, inetorgperson, nis and groupOfMembers. */
import { writeDn } from './dn.ts';
import {
  dnOf,
  type Group,
  type Member,
  type Organisation,
  type Person,
  placeAt,
  placeDn,
  rdnOf,
} from './model.ts';

export interface Entry {
  readonly dn: string;
  /** Values by attribute, in the order in which they are written. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

const LOCKED_FOR_GOOD = '000001010000Z';

/** The values of pwdAccountLockedTime: locked for good (draft-behera-ldap-password-policy, 5.3.3), or none. */
export function lockValues(person: Person): readonly string[] {
  return person.disabled ? [LOCKED_FOR_GOOD] : [];
}

/** The attribute that holds a group's members. */
export function memberAttribute(group: Group): 'member' | 'uniqueMember' | 'memberUid' {
  if (group.shape === 'posixGroup') return 'memberUid';
  return group.shape === 'groupOfUniqueNames' ? 'uniqueMember' : 'member';
}

function memberUid({ to, spelling }: Member): string {
  if (to.kind === 'stranger') return to.text;
  const username = to.kind === 'person' ? to.usernames[0] : undefined;
  if (username === undefined) throw new Error('only a person with a username can be in a posixGroup');
  return spelling === 'upper' ? username.toUpperCase() : username;
}

/** A member value as it stands in that group. */
export function memberValue(organisation: Organisation, group: Group, member: Member): string {
  if (group.shape === 'posixGroup') return memberUid(member);
  if (member.to.kind === 'stranger') return member.to.text;
  const dn = writeDn(dnOf(organisation, member.to), member.spelling);
  return member.uidPart === undefined ? dn : `${dn}#${member.uidPart}`;
}

function accountAttributes(person: Person): Record<string, readonly string[]> {
  if (person.usernames.length === 0) return { objectClass: ['inetOrgPerson'] };
  return {
    objectClass: ['inetOrgPerson', 'posixAccount'],
    // Of two values the one in the DN stands last, so that whoever takes the first one is wrong.
    uid: [...person.usernames].reverse(),
    uidNumber: [String(50_000 + person.number)],
    gidNumber: [String(10_000 + (person.number % 7))],
    homeDirectory: [`/home/${person.number}`],
  };
}

/** A person's entry, as it is added over LDAP. */
export function personEntry(organisation: Organisation, person: Person): Entry {
  const attributes = {
    ...accountAttributes(person),
    cn: [person.cn],
    sn: [person.surname],
    givenName: [person.givenName],
    employeeNumber: [String(person.number)],
    title: [person.title],
    mail: person.mails,
    pwdAccountLockedTime: lockValues(person),
  };
  return { dn: writeDn(dnOf(organisation, person)), attributes: withoutEmpty(attributes) };
}

/** A group's entry, as it is added over LDAP. */
export function groupEntry(organisation: Organisation, group: Group): Entry {
  const attributes = {
    objectClass: [group.shape],
    cn: [...group.aliases, group.cn],
    ou: group.rdn === 'ou' ? rdnOf(group).map(pair => pair.value) : [],
    gidNumber: group.shape === 'posixGroup' ? [String(20_000 + group.number)] : [],
    description: [group.description],
    businessCategory: group.private ? ['private'] : [],
    [memberAttribute(group)]: group.members.map(member => memberValue(organisation, group, member)),
  };
  return { dn: writeDn(dnOf(organisation, group)), attributes: withoutEmpty(attributes) };
}

function withoutEmpty(attributes: Record<string, readonly string[]>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(attributes).filter(([, values]) => values.length > 0));
}

/** The suffix entry. */
export function suffixEntry(organisation: Organisation): Entry {
  const [dc = ''] = organisation.domain;
  return {
    dn: writeDn(placeDn(organisation)),
    attributes: { objectClass: ['dcObject', 'organization'], dc: [dc], o: [dc] },
  };
}

/** Every other entry, parents first; people and groups with what only slapadd may write. */
export function* allEntries(organisation: Organisation): Generator<Entry> {
  for (const place of organisation.places.values()) {
    const attributes = { objectClass: ['organizationalUnit'], ou: [place.name] };
    yield { dn: writeDn(placeDn(organisation, place)), attributes };
  }
  const printer = [
    [{ type: 'cn', value: 'printer' }],
    ...placeDn(organisation, placeAt(organisation, 'Devices')),
  ];
  yield { dn: writeDn(printer), attributes: { objectClass: ['device'], cn: ['printer'] } };
  for (const person of organisation.people) yield offline(person, personEntry(organisation, person));
  for (const group of organisation.groups) yield offline(group, groupEntry(organisation, group));
}

function offline(entry: Person | Group, { dn, attributes }: Entry): Entry {
  return { dn, attributes: { ...attributes, entryUUID: [entry.id] } };
}
