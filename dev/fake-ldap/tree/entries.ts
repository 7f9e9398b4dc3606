/** Creates and changes the entries of the server. */
import { randomUUID } from 'node:crypto';
import { keyOf } from '../../../src/directory/protocol/dn.ts';
import { type Attribute, createAttribute, type Entry } from '../../../src/directory/server/entries.ts';
import type { Attributes, LdifEntry, Value } from './ldif.ts';

/** Creates an entry, with the attributes that every entry of a server has unless it has its own. */
export function createEntry({ dn, attributes }: LdifEntry, now: Date): Entry {
  const time = generalizedTime(now);
  const given: Attributes = {
    objectClass: ['top'],
    entryUUID: [randomUUID()],
    createTimestamp: [time],
    modifyTimestamp: [time],
  };
  return placeEntry(dn, withAttributes(withAttributes(new Map(), given), attributes));
}

/** The same attributes under a DN, old or new. */
export function placeEntry(dn: string, attributes: Entry['attributes']): Entry {
  return { dn, key: keyOf(dn), attributes: withAttributes(attributes, { entryDN: [dn] }) };
}

/** Replaces whole attributes; one without values is removed. */
export function withAttributes(
  attributes: Entry['attributes'],
  replaced: Attributes,
): Map<string, Attribute> {
  const result = new Map(attributes);
  for (const [name, values] of Object.entries(replaced)) {
    const type = name.toLowerCase();
    const spelling = result.get(type)?.name ?? name;
    if (values.length === 0) result.delete(type);
    else result.set(type, createAttribute(spelling, type, values.map(bytesOf)));
  }
  return result;
}

/** RFC 4517 section 3.3.13, to the second. */
export function generalizedTime(at: Date): string {
  return at.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
}

export function bytesOf(value: Value): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : value;
}
