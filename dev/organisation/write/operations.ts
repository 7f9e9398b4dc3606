/**
 * Changes of the organisation, made in the model and told as LDAP operations. But for Active Directory nobody else
 * repairs the member values that name an entry (there is no refint overlay), so whatever changes a DN rewrites them.
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

/** The operation that replaces all values of some attributes of an entry; no values take the attribute away. */
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

/** Takes members out of a group and puts others in. */
export function changeMembers(
  organisation: Organisation,
  group: Group,
  { gone = [], added = [] }: { readonly gone?: readonly Member[]; readonly added?: readonly Member[] },
): Operation {
  const write = (members: readonly Member[]) => memberValues(organisation, group, members);
  group.members = [...group.members.filter(member => !gone.includes(member)), ...added];
  return changeValues(organisation, group, { gone: write(gone), added: write(added) });
}

/** Gives a group exactly these members. */
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

/** Whether the directory itself repairs that group's member values when what they name moves or goes. */
function isLinked(organisation: Organisation, { shape }: Group): boolean {
  return customsOf(organisation).linked && shape !== 'posixGroup';
}

/** Deletes an entry. The values that named it, unless they are links, stay and mean nobody, or what `successor` says. */
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

/** Writes every value of a group that means the subject or something below it, as the model is when it is called. */
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

/** Makes a change that gives an entry, or everything below a place, another DN or username; the values to be rewritten. */
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

/** Makes a change that gives an entry, or everything below a place, another DN, and repairs what names it. */
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

/** Gives a person whose entry is named by uid, or who is an account of Active Directory, another username. */
export function changeUsername(organisation: Organisation, person: Person, username: string): Operation[] {
  const change = () => {
    person.usernames = [username];
  };
  if (person.rdn === 'uid') return relocate(organisation, person, change);
  const repairs = repairsAfter(organisation, person, change);
  return [replaceValues(organisation, person, { sAMAccountName: person.usernames }), ...repairs];
}
