/**
 * The model as LDAP entries: for OpenLDAP with the schemas core, cosine, inetorgperson, nis, dyngroup and
 * groupOfMembers; for 389 Directory Server with its default schema; for Active Directory.
 */
import { customsOf } from './dialect.ts';
import { writeDn } from './dn.ts';
import {
  dnOf,
  type Group,
  type Member,
  type Organisation,
  type Person,
  placeAt,
  placeDn,
  type Query,
  rdnOf,
} from './model.ts';
import { accountControl, COMPUTER, windowsGroup, windowsPerson } from './windows.ts';

export interface Entry {
  readonly dn: string;
  /** Values by attribute, in the order in which they are written. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

const LOCKED_FOR_GOOD = '000001010000Z';

/** Disables a person: locked without an end (draft-behera-ldap-password-policy, 5.3.3), or by the flag of the vendor. */
export function lockAttributes({ dialect }: Organisation, person: Person): Record<string, readonly string[]> {
  if (dialect === 'activedirectory') return { userAccountControl: [accountControl(person)] };
  if (dialect === '389ds') return { nsAccountLock: person.disabled ? ['true'] : [] };
  return { pwdAccountLockedTime: person.disabled ? [LOCKED_FOR_GOOD] : [] };
}

/** Marks a group without a mapping. */
export function privacyAttributes(
  { dialect }: Organisation,
  group: Group,
): Record<string, readonly string[]> {
  const attribute = dialect === 'activedirectory' ? 'info' : 'businessCategory';
  return { [attribute]: group.private ? ['private'] : [] };
}

/** The member attribute of a group. */
export function memberAttribute(
  { dialect }: Organisation,
  { shape }: Group,
): 'member' | 'uniqueMember' | 'memberUid' | 'memberURL' {
  if (shape === 'posixGroup') return 'memberUid';
  if (shape === 'groupOfURLs') return 'memberURL';
  return shape === 'groupOfUniqueNames' && dialect !== 'activedirectory' ? 'uniqueMember' : 'member';
}

function memberUid({ to, spelling }: Member): string {
  if (to.kind === 'stranger') return to.text;
  const username = to.kind === 'person' ? to.usernames[0] : undefined;
  if (username === undefined) throw new Error('only a person with a username can be in a posixGroup');
  return spelling === 'upper' ? username.toUpperCase() : username;
}

/** A member value in the form of that group. */
export function memberValue(organisation: Organisation, group: Group, member: Member): string {
  if (group.shape === 'posixGroup') return memberUid(member);
  if (member.to.kind === 'stranger') return member.to.text;
  const { spellings } = customsOf(organisation);
  const spelling = spellings.includes(member.spelling) ? member.spelling : 'plain';
  const dn = writeDn(dnOf(organisation, member.to), spelling);
  const named = memberAttribute(organisation, group) === 'uniqueMember' && member.uidPart !== undefined;
  return named ? `${dn}#${member.uidPart}` : dn;
}

/** The values of those members that the directory can store: a link must name an entry, and not its own group. */
export function memberValues(organisation: Organisation, group: Group, members: readonly Member[]): string[] {
  const { linked } = customsOf(organisation);
  const holds = ({ to }: Member) => to !== group && (to.kind !== 'stranger' || to.present);
  return members
    .filter(member => !linked || group.shape === 'posixGroup' || holds(member))
    .map(member => memberValue(organisation, group, member));
}

/** A query as an LDAP URL (RFC 4516), with a percent-encoded DN. */
export function queryUrl(organisation: Organisation, { place, scope, givenName }: Query): string {
  const base = encodeURIComponent(writeDn(placeDn(organisation, place)));
  return `ldap:///${base}??${scope}?(givenName=${givenName})`;
}

function accountAttributes(person: Person): Record<string, readonly string[]> {
  if (person.usernames.length === 0) return { objectClass: ['inetOrgPerson'] };
  return {
    objectClass: ['inetOrgPerson', 'posixAccount'],
    // Of two values, the one in the DN is the last, so that code that uses the first one fails.
    uid: [...person.usernames].reverse(),
    uidNumber: [String(50_000 + person.number)],
    gidNumber: [String(10_000 + (person.number % 7))],
    homeDirectory: [`/home/${person.number}`],
  };
}

/** The entry of a person, as added over LDAP. */
export function personEntry(organisation: Organisation, person: Person): Entry {
  const posix = {
    ...accountAttributes(person),
    cn: [person.cn],
    sn: [person.surname],
    givenName: [person.givenName],
    employeeNumber: [String(person.number)],
    title: [person.title],
    mail: person.mails,
    ...lockAttributes(organisation, person),
  };
  const attributes = organisation.dialect === 'activedirectory' ? windowsPerson(person) : posix;
  return { dn: writeDn(dnOf(organisation, person)), attributes: withoutEmpty(attributes) };
}

/** In 389 Directory Server posixGroup is auxiliary, and a groupOfNames may be empty. */
function groupClasses({ dialect }: Organisation, { shape }: Group): string[] {
  if (dialect === 'openldap') return [shape];
  if (shape === 'posixGroup') return ['groupOfNames', 'posixGroup'];
  return [shape === 'groupOfMembers' ? 'groupOfNames' : shape];
}

/** The entry of a group, as added over LDAP. */
export function groupEntry(organisation: Organisation, group: Group): Entry {
  const posix = {
    objectClass: groupClasses(organisation, group),
    cn: [...group.aliases, group.cn],
    ou: group.rdn === 'ou' ? rdnOf(group).map(pair => pair.value) : [],
    gidNumber: group.shape === 'posixGroup' ? [String(20_000 + group.number)] : [],
    description: [group.description],
  };
  const attributes = {
    ...(organisation.dialect === 'activedirectory' ? windowsGroup(group) : posix),
    ...privacyAttributes(organisation, group),
    [memberAttribute(organisation, group)]: [
      ...memberValues(organisation, group, group.members),
      ...group.queries.map(query => queryUrl(organisation, query)),
    ],
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

/** All other entries, parents first; people and groups with the identity that only an offline load may write. */
export function* allEntries(organisation: Organisation): Generator<Entry> {
  yield* otherEntries(organisation);
  for (const person of organisation.people)
    yield identified(organisation, person, personEntry(organisation, person));
  for (const group of organisation.groups)
    yield identified(organisation, group, groupEntry(organisation, group));
}

/** The organizational units and a printer; for Active Directory also a computer. */
export function* otherEntries(organisation: Organisation): Generator<Entry> {
  for (const place of organisation.places.values()) {
    const attributes = { objectClass: ['organizationalUnit'], ou: [place.name] };
    yield { dn: writeDn(placeDn(organisation, place)), attributes };
  }
  const windows = organisation.dialect === 'activedirectory';
  const printer = { objectClass: [windows ? 'contact' : 'device'], cn: ['printer'] };
  yield { dn: deviceDn(organisation, 'Devices', 'printer'), attributes: printer };
  if (!windows) return;
  yield { dn: deviceDn(organisation, 'People/Odd', COMPUTER.cn), attributes: COMPUTER.attributes };
}

/** The DN of an entry that is not a person. */
export function deviceDn(organisation: Organisation, path: string, cn: string): string {
  return writeDn([[{ type: 'cn', value: cn }], ...placeDn(organisation, placeAt(organisation, path))]);
}

function identified({ dialect }: Organisation, { id }: Person | Group, { dn, attributes }: Entry): Entry {
  const identity = dialect === '389ds' ? { nsUniqueId: [nsUniqueId(id)] } : { entryUUID: [id] };
  return { dn, attributes: { ...attributes, ...identity } };
}

/** A UUID in the form of 389 Directory Server: 8-8-8-8. */
function nsUniqueId(uuid: string): string {
  return uuid.replaceAll('-', '').replace(/(.{8})(?=.)/g, '$1-');
}
