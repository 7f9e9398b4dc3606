/** Turns the notices of a server into hints: remembers where groups and containers are, and drops repeated entries of people. */
import { createHash } from 'node:crypto';
import type { ExternalId } from '../../model/snapshot.ts';
import type { Hint } from '../../model/watch.ts';
import { type Entry, textsOf } from '../entry/entry.ts';
import { entryId } from '../entry/identity.ts';
import { userAttributes } from '../entry/user-entry.ts';
import { nextValue, openValues } from '../entry/values.ts';
import type { Traits } from '../entry/vendor.ts';
import { searchContexts } from '../session/naming-contexts.ts';
import type { Session } from '../session/session.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import type { Notice } from './method.ts';

/** People whose last entry is remembered. */
const MAX_SEEN = 50_000;
/** A server may report any number of entries. If one of the oldest moves, the schedule finds what it left. */
const MAX_PLACES = 200_000;

export interface Places {
  /** The DN of entries that are not people, the least recent first: servers do not report from where an entry moved. */
  readonly dns: Map<ExternalId, string>;
  /** A hash of the last reported entry of each person, the least recent first. */
  readonly seen: Map<ExternalId, string>;
}

/** The attributes to request in a watch: those by which the entry of a person has an effect, and the time of the change. */
export function watchedAttributes({ collection: { settings, traits } }: Session): string[] {
  return [...new Set([...userAttributes(settings, traits), 'objectClass', 'isDeleted', traits.changedAt])];
}

/** @throws DirectoryError when any search fails */
export async function readPlaces(session: Session): Promise<Places> {
  const { idAttribute } = session.collection.traits;
  const dns = new Map<ExternalId, string>();
  const filter = parseFilter('(!(objectClass=person))');
  const search = { filter, attributes: [idAttribute], about: 'for entries that are not people' };
  await searchContexts(session, session.connection, search, (entry): undefined => {
    const id = entryId(entry, idAttribute);
    if (id !== undefined) remember(dns, id, entry.dn, MAX_PLACES);
  });
  return { dns, seen: new Map() };
}

/** The hint of a notice, or undefined if nothing changed that has an effect. */
export function hintOf(
  places: Places,
  { entry, id, isDeleted, oldDn }: Notice,
  traits: Pick<Traits, 'changedAt'>,
): Hint | undefined {
  const { dn } = entry;
  if (id === undefined) return { dn, ...(oldDn !== undefined && { oldDn }) };
  if (isDeleted) return deletionOf(places, id, dn);
  if (isPerson(entry)) {
    const isRepeated = isKnown(places, id, hashOf(entry, traits.changedAt));
    return isRepeated ? undefined : { id, dn, ...(oldDn && { oldDn }) };
  }
  const before = oldDn ?? places.dns.get(id);
  const isMoved = before !== undefined && before !== dn;
  if (isMoved) move(places, before, dn);
  remember(places.dns, id, dn, MAX_PLACES);
  return { id, dn, ...(isMoved && { oldDn: before }) };
}

/** The tombstone of a deleted entry in Active Directory is at another DN. */
function deletionOf({ dns, seen }: Places, id: ExternalId, dn: string): Hint {
  const oldDn = dns.get(id);
  dns.delete(id);
  seen.delete(id);
  return { id, dn, ...(oldDn !== undefined && oldDn !== dn && { oldDn }) };
}

/** A server may list only the lowest class, such as inetOrgPerson. */
function isPerson(entry: Entry): boolean {
  return textsOf(entry, 'objectClass').some(name => /person$/i.test(name));
}

/** The hash of an entry without the value of one attribute. */
function hashOf(entry: Entry, without: string): string {
  const { bytes, dn, start, end } = entry;
  const values = openValues(entry, without);
  const [from, to] = nextValue(values) ? [values.valueStart, values.valueEnd] : [end, end];
  const hash = createHash('sha1').update(dn).update(bytes.subarray(start, from));
  return hash.update(bytes.subarray(to, end)).digest('base64');
}

function isKnown({ seen }: Places, id: ExternalId, hash: string): boolean {
  const before = seen.get(id);
  remember(seen, id, hash, MAX_SEEN);
  return before === hash;
}

/** Sets a value as the most recent one, and forgets the least recent one beyond the limit. */
function remember(map: Map<ExternalId, string>, id: ExternalId, value: string, limit: number): void {
  map.delete(id);
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > limit && oldest !== undefined) map.delete(oldest);
}

/** Moves what is below a renamed entry with it. */
function move({ dns }: Places, from: string, to: string): void {
  const suffix = `,${from.toLowerCase()}`;
  for (const [id, dn] of dns)
    if (dn.toLowerCase().endsWith(suffix)) dns.set(id, `${dn.slice(0, dn.length - from.length)}${to}`);
}
