/** Reads LDAP entries: attribute names ignore letter case, values are decoded on demand. */
import { Ber, ProtocolOperation } from 'ldapts';
import { matchingText, readDn, typeName } from '../../text/dn-key.ts';
import { type Cursor, enter, leave, SEQUENCE } from '../connection/ber.ts';
import type { Frame } from '../connection/frames.ts';
import { leaveMessage, type OnControl } from '../connection/result.ts';
import {
  type AttributeList,
  attributeNames,
  checkAttributes,
  decodeText,
  nextValue,
  openValues,
  textOf,
} from './values.ts';

/**
 * An entry keeps its bytes. An attribute is searched each time it is needed: only a few are, and a Map for each of a
 * hundred thousand entries costs more than all these searches.
 */
export interface Entry extends AttributeList {
  readonly dn: string;
  /** The position of the DN in `bytes`. */
  readonly dnStart: number;
  readonly dnEnd: number;
}

/**
 * Decodes one SearchResultEntry message (RFC 4511 section 4.5.2).
 * @param onControl receives the controls of the entry
 * @throws DirectoryError `malformed`
 */
export function readEntry({ bytes, start, end }: Frame, onControl?: OnControl): Entry {
  const cursor: Cursor = { bytes, at: start, end };
  enter(cursor, SEQUENCE);
  cursor.at = enter(cursor, Ber.Integer);
  const entryEnd = enter(cursor, ProtocolOperation.LDAP_RES_SEARCH_ENTRY);
  const dnEnd = enter(cursor, Ber.OctetString, entryEnd);
  const dnStart = cursor.at;
  cursor.at = dnEnd;
  const listEnd = enter(cursor, SEQUENCE, entryEnd);
  const dn = bytes.toString('utf8', dnStart, dnEnd);
  const entry: Entry = { dn, dnStart, dnEnd, bytes, start: cursor.at, end: listEnd };
  checkAttributes(entry);
  cursor.at = listEnd;
  leave(cursor, entryEnd);
  leaveMessage(cursor, onControl);
  return entry;
}

/** Whether an attribute has a value. `name` may have any letter case. */
export function hasValues(entry: Entry, name: string): boolean {
  return nextValue(openValues(entry, name));
}

/** How many values an attribute has. */
export function countValues(entry: Entry, name: string): number {
  const values = openValues(entry, name);
  let count = 0;
  while (nextValue(values)) count += 1;
  return count;
}

/** The bytes of all values of an attribute; empty if it is absent. A schema has thousands, and so has `memberOf`. */
export function valuesOf(entry: Entry, name: string): Buffer[] {
  const values = openValues(entry, name);
  const all: Buffer[] = [];
  while (nextValue(values)) all.push(entry.bytes.subarray(values.valueStart, values.valueEnd));
  return all;
}

/** Those of `valuesOf` that are valid text, in the server's order. */
export function textsOf(entry: Entry, name: string): string[] {
  return valuesOf(entry, name).flatMap(value => decodeText(value, 0, value.length) ?? []);
}

/** The first value that is valid text. */
export function firstText(entry: Entry, name: string): string | undefined {
  const values = openValues(entry, name);
  let text: string | undefined;
  while (text === undefined && nextValue(values)) text = textOf(values);
  return text;
}

const NO_TEXTS: readonly string[] = [];

/** No entry has as many names, and sorting a million of them would stop the process for seconds. */
export const MAX_NAMES = 1_000;

/** The value if there is exactly one. */
export function soleText(entry: Entry, name: string): string | undefined {
  const values = openValues(entry, name);
  if (!nextValue(values)) return undefined;
  const text = textOf(values);
  return nextValue(values) ? undefined : text;
}

/**
 * The value that names the entry. If there are several, it is the one in the DN, else the smallest, because LDAP values
 * have no order. If there are too many, only the DN can name the entry.
 */
export function namingText(entry: Entry, name: string): string | undefined {
  return soleText(entry, name) ?? naming(entry, name).text;
}

/** All values, if there are several and none of them is in the DN; smallest first. None if there are too many. */
export function namingChoices(entry: Entry, name: string): readonly string[] {
  return hasSeveral(entry, name) ? naming(entry, name).choices : NO_TEXTS;
}

function naming(
  entry: Entry,
  name: string,
): { readonly text: string | undefined; readonly choices: readonly string[] } {
  const own = readDn(entry.dn)?.[0]?.find(assertion => typeName(assertion.type) === typeName(name));
  if (hasTooMany(entry, name)) return { text: own?.value, choices: NO_TEXTS };
  const texts = textsOf(entry, name).sort(byCodeUnits);
  if (texts.length < 2) return { text: texts[0], choices: NO_TEXTS };
  const wanted = own && matchingText(own.value);
  const inDn = texts.find(text => matchingText(text) === wanted);
  return inDn === undefined ? { text: texts[0], choices: texts } : { text: inDn, choices: NO_TEXTS };
}

function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** The values other than the one that names the entry. None if there are too many. */
export function otherTexts(entry: Entry, name: string, naming: string | undefined): readonly string[] {
  if (!hasSeveral(entry, name) || hasTooMany(entry, name)) return NO_TEXTS;
  return textsOf(entry, name).filter(text => text !== naming);
}

function hasSeveral(entry: Entry, name: string): boolean {
  const values = openValues(entry, name);
  return nextValue(values) && nextValue(values);
}

function hasTooMany(entry: Entry, name: string): boolean {
  const values = openValues(entry, name);
  for (let count = 0; count <= MAX_NAMES; count += 1) if (!nextValue(values)) return false;
  return true;
}

/**
 * Whether the server returned only a range of the values (Active Directory above MaxValRange, MS-ADTS 3.1.1.3.1.3.3).
 */
export function isRanged(entry: Entry, name: string): boolean {
  return rangesOf(entry, name).length > 0;
}

/**
 * The descriptions of an attribute with other options than a range. They are subtypes, and their values are values of
 * the attribute (RFC 4512 section 2.5.2.1).
 */
export function optionsOf(entry: Entry, name: string): string[] {
  const lower = name.toLowerCase();
  return attributeNames(entry, `${lower};`).filter(each => !each.startsWith(`${lower};range=`));
}

/** The attribute descriptions of the ranges of an attribute. */
export function rangesOf(entry: Entry, name: string): string[] {
  return attributeNames(entry, `${name.toLowerCase()};range=`);
}
