/** Data that a server may hide or damage for a time, as faults of the in-process server. */
import fc from 'fast-check';
import { denyAttribute, denyValue } from '../../../dev/fake-ldap/faults/values.ts';
import { type Fault, searchFault } from '../../../dev/fake-ldap/server/fault.ts';
import type { Part, SentEntry } from '../../../src/directory/protocol/protocol.ts';
import { dnKey, isUnder } from '../../../src/text/dn-key.ts';
import {
  ANCHOR,
  ANCHORED,
  dnOf,
  type Group,
  type Organisation,
  PEOPLE,
  PEOPLE_OUS,
  type Person,
} from './organisation.ts';

/**
 * `usernameValue`: the first of the usernames; `memberValue`: one value by DN; `filter`: the attributes of users.filter or
 * groups.filter, `AndId`: and the identity, `AndDn`: and the attributes by which a search finds an entry; `members`: all
 * attributes from which members are read.
 */
const KINDS = [
  'id',
  'username',
  'usernameValue',
  'mail',
  'gid',
  'entry',
  'group',
  'elsewhere',
  'undecodable',
  'garbled',
  'filterOfPerson',
  'filterAndId',
  'filterOfGroup',
  'members',
  'memberDns',
  'memberValue',
  'idOfGroup',
  'filterAndDn',
] as const;

export interface Doubt {
  readonly kind: (typeof KINDS)[number];
  readonly who: number;
}

export const doubts = (): fc.Arbitrary<Doubt> =>
  fc.record({
    kind: fc.constantFrom(...KINDS),
    who: fc.nat(7),
  });

const OF_PEOPLE: readonly string[] = [
  'id',
  'username',
  'usernameValue',
  'mail',
  'gid',
  'entry',
  'filterOfPerson',
  'filterAndId',
];

/** The entry or value that a doubt is about, in this organisation. */
export function subjectOf(
  { people, groups }: Organisation,
  { kind, who }: Doubt,
): Person | Group | string | undefined {
  if (kind === 'elsewhere') return PEOPLE_OUS[1 + (who % 2)];
  const all = OF_PEOPLE.includes(kind) ? people : groups;
  const entries = all.filter(({ id }) => id !== ANCHOR.id && id !== ANCHORED.id);
  return entries[who % Math.max(1, entries.length)];
}

/** @param organisation the organisation as it is when the server answers */
export function faultOf(
  subject: Person | Group | string,
  { kind, who }: Doubt,
  organisation: () => Organisation,
): Fault {
  if (typeof subject === 'string') return elsewhere(subject);
  const isIt = ({ dn }: SentEntry) => {
    const entry = [...organisation().people, ...organisation().groups].find(({ id }) => id === subject.id);
    return entry !== undefined && dnKey(dnOf(entry)) === dnKey(dn);
  };
  const isDenied = (dn: string) => isIt({ kind: 'entry', dn, attributes: [] });
  if (kind === 'filterOfPerson' || kind === 'filterOfGroup') return denyAttribute('description', isDenied);
  if (kind === 'filterAndId') return deny(['description', 'entryUUID'], isDenied);
  if (kind === 'filterAndDn') return deny(['description', 'objectClass', 'entryDN'], isDenied);
  if (kind === 'idOfGroup') return denyAttribute('entryUUID', isDenied);
  if (kind === 'memberValue') {
    const values = () => organisation().groups.find(({ id }) => id === subject.id)?.dns ?? [];
    const isOne = (key: string) => dnKey(values()[who % Math.max(1, values().length)] ?? '') === key;
    return denyValue('member', (dn, key) => isDenied(dn) && isOne(key));
  }
  if (kind === 'mail') return denyAttribute('mail', isDenied);
  if (kind === 'gid') return denyAttribute('gidNumber', isDenied);
  if (kind === 'usernameValue') {
    const isOwn = (key: string) =>
      organisation().people.some(({ id, uid }) => id === subject.id && uid === key);
    return denyValue('uid', (dn, key) => isDenied(dn) && isOwn(key));
  }
  if (kind === 'memberDns') return denyAttribute('member', isDenied);
  if (kind === 'members') return deny(['member', 'memberUid'], isDenied);
  if (kind === 'id') return eachEntry(part => (isIt(part) ? without(part, 'entryuuid') : part));
  if (kind === 'username') return eachEntry(part => (isIt(part) ? without(part, 'uid') : part));
  if (kind === 'entry' || kind === 'group') return eachEntry(part => (isIt(part) ? undefined : part));
  return eachEntry(part => (isIt(part) ? spoilt(part, kind === 'garbled') : part));
}

function deny(names: readonly string[], isMeant: (dn: string) => boolean): Fault {
  const faults = names.map(name => denyAttribute(name, isMeant));
  return faults.reduce((one, other) => (request, answer) => one(request, asked => other(asked, answer)));
}

/** Without a change marker, every removal is read again. */
export const noMarker: Fault = eachEntry(part => without(part, 'contextcsn'));

function eachEntry(change: (entry: SentEntry) => SentEntry | undefined): Fault {
  return searchFault((search, answer) =>
    answer(search).flatMap((part): Part[] => {
      if (part.kind !== 'entry') return [part];
      const now = change(part);
      return now === undefined ? [] : [now];
    }),
  );
}

function without(entry: SentEntry, type: string): SentEntry {
  return { ...entry, attributes: entry.attributes.filter(({ name }) => name.toLowerCase() !== type) };
}

const RUBBISH = Buffer.from([0xff, 0xfe]);

/** One more (or the first) member value that is not text. */
function spoilt(entry: SentEntry, isInPlace: boolean): SentEntry {
  const attributes = entry.attributes.map(attribute =>
    attribute.name.toLowerCase() === 'member'
      ? { ...attribute, values: spoiltValues(entry.dn, attribute.values, isInPlace) }
      : attribute,
  );
  return { ...entry, attributes };
}

/** Different in each group, and in each way. */
function spoiltValues(dn: string, values: readonly Buffer[], isInPlace: boolean): readonly Buffer[] {
  const [first = RUBBISH, ...others] = values;
  const kind = Buffer.from(isInPlace ? dn : `${dn} and `);
  return [Buffer.concat([RUBBISH, kind, first]), ...(isInPlace ? others : values)];
}

/** Another server has the entries below. */
function elsewhere(ou: string): Fault {
  const place = dnKey(ou) ?? '';
  const url = `ldap://other.test/${ou}`;
  return searchFault((search, answer) => {
    const base = dnKey(search.dn) ?? '';
    if (search.dn !== '' && isUnder(base, place)) return [{ kind: 'done', code: 10, referral: [url] }];
    const parts = answer(search).filter(
      part => part.kind !== 'entry' || !isUnder(dnKey(part.dn) ?? '', place),
    );
    const concerns = search.scope === 'sub' && isUnder(dnKey(PEOPLE) ?? '', base);
    return concerns ? [{ kind: 'reference', urls: [url] }, ...parts] : parts;
  });
}

/**
 * Pages like those of slapd: the entries have an order of their own, and each page continues after the last one with
 * the present entries.
 */
export function livePages(organisation: () => Organisation): Fault {
  return searchFault((search, answer) => {
    const { page } = search;
    if (page === undefined) return answer(search);
    const order = new Map(
      [...organisation().people, ...organisation().groups].map((entry, at) => [
        dnKey(dnOf(entry)),
        rank(entry, at),
      ]),
    );
    const rankOf = (part: SentEntry) => order.get(dnKey(part.dn)) ?? 0;
    const parts = answer({ ...search, page: undefined });
    const done = parts.find(part => part.kind === 'done');
    if (done?.kind !== 'done' || done.code !== 0) return parts;
    const from = page.cookie === '' ? -1 : Number(page.cookie);
    const left = parts
      .filter(part => part.kind === 'entry')
      .filter(part => rankOf(part) > from)
      .sort((one, other) => rankOf(one) - rankOf(other));
    const sent = left.slice(0, page.size);
    const last = sent.at(-1);
    const cookie = left.length > sent.length && last !== undefined ? String(rankOf(last)) : '';
    return [...parts.filter(part => part.kind === 'reference'), ...sent, { ...done, cookie }];
  });
}

/** Groups and people have one order, by identity. */
function rank(entry: Person | Group, _at: number): number {
  return 'cn' in entry ? entry.id * 2 + 1 : entry.id * 2;
}
