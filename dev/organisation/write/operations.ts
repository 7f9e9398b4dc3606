/**
 * Changes of the organisation, made in the model and returned as LDAP operations. Only Active Directory updates the
 * member values of a changed entry (there is no refint overlay), so an operation that changes a DN rewrites them.
 */
import { stranger } from '../generate/group.ts';
import { customsOf } from '../model/dialect.ts';
import { writeDn, writeRdn } from '../model/dn.ts';
import {
  type Entry,
  groupEntry,
  memberAttribute,
  memberValue,
  memberValues,
  personEntry,
  queryUrl,
} from '../model/entries.ts';
import {
  dnOf,
  type Group,
  isUnder,
  type Member,
  type Organisation,
  type Person,
  type Place,
  placeDn,
} from '../model/model.ts';

export interface AttributeChange {
  readonly operation: 'add' | 'delete' | 'replace';
  readonly attribute: string;
  readonly values: readonly string[];
}

export type Operation =
  | ({ readonly kind: 'add' } & Entry)
  | { readonly kind: 'modify'; readonly dn: string; readonly changes: readonly AttributeChange[] }
  | { readonly kind: 'rename'; readonly dn: string; readonly newRdn: string; readonly newParent: string }
  | { readonly kind: 'delete'; readonly dn: string };

/** The operation that replaces all values of some attributes of an entry; an attribute without values is removed. */
export function replaceValues(
  organisation: Organisation,
  entry: Person | Group,
  attributes: Readonly<Record<string, readonly string[]>>,
): Operation {
  const changes = Object.entries(attributes).map(([attribute, values]) => ({
    operation: 'replace' as const,
    attribute,
    values,
  }));
  return { kind: 'modify', dn: writeDn(dnOf(organisation, entry)), changes };
}

function changeValues(
  organisation: Organisation,
  group: Group,
  values: { readonly gone: readonly string[]; readonly added: readonly string[] },
): Operation {
  const attribute = memberAttribute(organisation, group);
  const changes: AttributeChange[] = [
    { operation: 'delete', attribute, values: values.gone },
    { operation: 'add', attribute, values: values.added },
  ];
  return {
    kind: 'modify',
    dn: writeDn(dnOf(organisation, group)),
    changes: changes.filter(change => change.values.length > 0),
  };
}

/** Removes members from a group and adds others. */
export function changeMembers(
  organisation: Organisation,
  group: Group,
  { gone = [], added = [] }: { readonly gone?: readonly Member[]; readonly added?: readonly Member[] },
): Operation {
  const write = (members: readonly Member[]) => memberValues(organisation, group, members);
  group.members = [...group.members.filter(member => !gone.includes(member)), ...added];
  return changeValues(organisation, group, { gone: write(gone), added: write(added) });
}

/** Sets the members of a group. */
export function setMembers(organisation: Organisation, group: Group, members: readonly Member[]): Operation {
  group.members = [...members];
  const values = memberValues(organisation, group, members);
  return replaceValues(organisation, group, { [memberAttribute(organisation, group)]: values });
}

/** The operation that creates the entry of a person or group of the model. */
export function createEntry(organisation: Organisation, entry: Person | Group): Operation {
  return {
    kind: 'add',
    ...(entry.kind === 'person' ? personEntry(organisation, entry) : groupEntry(organisation, entry)),
  };
}

/** Whether the directory itself updates the member values of that group when their entries move or are deleted. */
function isLinked(organisation: Organisation, { shape }: Group): boolean {
  return customsOf(organisation).linked && shape !== 'posixGroup';
}

/** Deletes an entry. The values that named it, unless they are links, stay and name no entry, or `successor`. */
export function deleteEntry(
  organisation: Organisation,
  entry: Person | Group,
  successor?: Person | Group,
): Operation {
  const dn = writeDn(dnOf(organisation, entry));
  for (const group of organisation.groups) {
    group.members = group.members.flatMap(member => {
      if (member.to !== entry) return [member];
      if (isLinked(organisation, group)) return [];
      return [successor ? { ...member, to: successor } : stranger(memberValue(organisation, group, member))];
    });
  }
  const list: (Person | Group)[] = entry.kind === 'person' ? organisation.people : organisation.groups;
  list.splice(list.indexOf(entry), 1);
  return { kind: 'delete', dn };
}

function isAffected(to: Member['to'], subject: Person | Group | Place): boolean {
  if (to === subject) return true;
  return to.kind !== 'stranger' && !('kind' in subject) && isUnder(to.place, subject);
}

/**
 * Rewrites every value of a group that names the subject or an entry below it, as the model is at the time of the call.
 */
function writersOf(
  organisation: Organisation,
  group: Group,
  subject: Person | Group | Place,
): (() => string)[] {
  if (isLinked(organisation, group)) return [];
  const members = group.members.filter(({ to }) => isAffected(to, subject));
  const queries = group.queries.filter(({ place }) => !('kind' in subject) && isUnder(place, subject));
  return [
    ...members.map(member => () => memberValue(organisation, group, member)),
    ...queries.map(query => () => queryUrl(organisation, query)),
  ];
}

/** Changes the DN or username of an entry or of everything below a place; returns the values to rewrite. */
function repairsAfter(
  organisation: Organisation,
  subject: Person | Group | Place,
  change: () => void,
): Operation[] {
  const naming = organisation.groups.map(group => {
    const writers = writersOf(organisation, group, subject);
    return { group, writers, texts: writers.map(write => write()) };
  });
  change();
  return naming.flatMap(({ group, writers, texts }) => {
    const now = writers.map(write => write());
    const gone = texts.filter((text, index) => text !== now[index]);
    const added = now.filter((text, index) => text !== texts[index]);
    return gone.length > 0 ? [changeValues(organisation, group, { gone, added })] : [];
  });
}

/** Changes the DN of an entry or of everything below a place, and rewrites the values that name it. */
export function relocate(
  organisation: Organisation,
  subject: Person | Group | Place,
  change: () => void,
): Operation[] {
  const dn = () => ('kind' in subject ? dnOf(organisation, subject) : placeDn(organisation, subject));
  const before = writeDn(dn());
  const repairs = repairsAfter(organisation, subject, change);
  const [newRdn = [], ...parent] = dn();
  const rename: Operation = {
    kind: 'rename',
    dn: before,
    newRdn: writeRdn(newRdn, 'pairs'),
    newParent: writeDn(parent, 'pairs'),
  };
  return [rename, ...repairs];
}

/** Changes the username of a person whose entry is named by uid, or who is an account of Active Directory. */
export function changeUsername(organisation: Organisation, person: Person, username: string): Operation[] {
  const change = () => {
    person.usernames = [username];
  };
  if (person.rdn === 'uid') return relocate(organisation, person, change);
  const repairs = repairsAfter(organisation, person, change);
  return [replaceValues(organisation, person, { sAMAccountName: person.usernames }), ...repairs];
}
