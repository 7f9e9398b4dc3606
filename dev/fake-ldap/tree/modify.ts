/** The attributes of an entry after a change. */
import { matchKey } from '../../../src/directory/protocol/matching.ts';
import type { Entry } from '../../../src/directory/server/entries.ts';
import { rdnOf } from './dn.ts';
import { bytesOf, withAttributes } from './entries.ts';
import type { Attributes, Value } from './ldif.ts';

/** `replace` is applied first; an empty list means the whole attribute, in `delete` and in `replace`. */
export interface Modification {
  readonly replace?: Attributes;
  readonly delete?: Attributes;
  readonly add?: Attributes;
}

/** The attributes after a modification. Values to delete are compared by their syntax, not by their spelling. */
export function modified(
  before: Entry['attributes'],
  { replace = {}, delete: gone = {}, add = {} }: Modification,
): Entry['attributes'] {
  let attributes = withAttributes(before, replace);
  for (const [name, values] of Object.entries(gone)) {
    attributes = withAttributes(attributes, { [name]: without(attributes, name, values) });
  }
  for (const [name, values] of Object.entries(add)) {
    const held = attributes.get(name.toLowerCase())?.values ?? [];
    attributes = withAttributes(attributes, { [name]: [...held, ...values] });
  }
  return attributes;
}

/** The attributes after a new DN: the values of the new RDN replace those of the old one. */
export function renamed({ dn, attributes }: Entry, newDn: string): Entry['attributes'] {
  let result = attributes;
  for (const { type, value } of rdnOf(dn)) {
    result = withAttributes(result, { [type]: without(result, type, [value]) });
  }
  for (const { type, value } of rdnOf(newDn)) {
    result = withAttributes(result, { [type]: [value, ...without(result, type, [value])] });
  }
  return result;
}

function without(attributes: Entry['attributes'], name: string, values: readonly Value[]): Buffer[] {
  if (values.length === 0) return [];
  const type = name.toLowerCase();
  const gone = new Set(values.map(value => matchKey(type, bytesOf(value))));
  return (attributes.get(type)?.values ?? []).filter(value => !gone.has(matchKey(type, value)));
}
