/** Entries as they come from the wire: attributes without regard to letter case, values decoded one by one. */
import { isUtf8 } from 'node:buffer';
import { Ber, ProtocolOperation } from 'ldapts';
import { type Cursor, enter } from './ber.ts';
import { matchingText, readDn, typeName } from './dn-key.ts';

/** Start and end of a value, start and end of the next, and so on. */
type Spans = readonly number[];

export interface Entry {
  readonly dn: string;
  readonly dnStart: number;
  readonly dnEnd: number;
  /** The message that holds the DN and the values. */
  readonly frame: Buffer;
  /** Where the values are, by attribute description in lower case, options included (`member;range=0-1499`). */
  readonly attributes: ReadonlyMap<string, Spans>;
}

const SEQUENCE = Ber.Sequence | 0x20;
const NONE: Spans = [];

/** Decodes one SearchResultEntry message (RFC 4511 section 4.5.2). @throws DirectoryError `malformed` */
export function readEntry(frame: Buffer): Entry {
  const cursor = { bytes: frame, at: 0 };
  enter(cursor, SEQUENCE);
  cursor.at = enter(cursor, Ber.Integer);
  enter(cursor, ProtocolOperation.LDAP_RES_SEARCH_ENTRY);
  const dnEnd = enter(cursor, Ber.OctetString);
  const dnStart = cursor.at;
  const dn = frame.toString('utf8', dnStart, dnEnd);
  cursor.at = dnEnd;
  return { dn, dnStart, dnEnd, frame, attributes: readAttributes(cursor) };
}

function readAttributes(cursor: Cursor): Map<string, Spans> {
  const end = enter(cursor, SEQUENCE);
  const attributes = new Map<string, Spans>();
  while (cursor.at < end) {
    enter(cursor, SEQUENCE);
    const nameEnd = enter(cursor, Ber.OctetString);
    const name = cursor.bytes.toString('latin1', cursor.at, nameEnd).toLowerCase();
    cursor.at = nameEnd;
    const spans = readSpans(cursor);
    const before = attributes.get(name);
    attributes.set(name, before ? [...before, ...spans] : spans);
  }
  return attributes;
}

function readSpans(cursor: Cursor): number[] {
  const end = enter(cursor, ProtocolOperation.LBER_SET);
  const spans: number[] = [];
  while (cursor.at < end) {
    const valueEnd = enter(cursor, Ber.OctetString);
    spans.push(cursor.at, valueEnd);
    cursor.at = valueEnd;
  }
  return spans;
}

/** How many values an attribute has. `name` in any letter case, without options. */
export function countValues(entry: Entry, name: string): number {
  return spansOf(entry, name).length / 2;
}

/** All values of an attribute as their bytes; none when it is absent. */
export function valuesOf(entry: Entry, name: string): Buffer[] {
  const values: Buffer[] = [];
  eachSpan(entry, name, (start, end) => values.push(entry.frame.subarray(start, end)));
  return values;
}

/** Visits the values of an attribute as text; undefined stands for bytes that are no UTF-8. */
function eachText(
  entry: Entry,
  name: string,
  visit: (text: string | undefined, index: number) => void,
): void {
  eachSpan(entry, name, (start, end, index) => visit(decodeText(entry.frame, start, end), index));
}

/** The values that are text, in the server's order. */
export function textsOf(entry: Entry, name: string): string[] {
  const texts: string[] = [];
  eachText(entry, name, text => {
    if (text !== undefined) texts.push(text);
  });
  return texts;
}

/** The first value that is text. */
export function firstText(entry: Entry, name: string): string | undefined {
  const [start, end, ...others] = spansOf(entry, name);
  if (start === undefined || end === undefined) return undefined;
  return others.length === 0 ? decodeText(entry.frame, start, end) : textsOf(entry, name)[0];
}

/** The value that names the entry: of several, the one in its DN, because LDAP values have no order. */
export function namingText(entry: Entry, name: string): string | undefined {
  if (countValues(entry, name) < 2) return firstText(entry, name);
  const texts = textsOf(entry, name);
  const own = readDn(entry.dn)?.[0]?.find(assertion => typeName(assertion.type) === typeName(name));
  const wanted = own && matchingText(own.value);
  return texts.find(text => matchingText(text) === wanted) ?? texts[0];
}

/** Whether the server gave only a range of the values (Active Directory above MaxValRange, MS-ADTS 3.1.1.3.1.3.3). */
export function isRanged(entry: Entry, name: string): boolean {
  const start = `${name.toLowerCase()};range=`;
  for (const key of entry.attributes.keys()) if (key.startsWith(start)) return true;
  return false;
}

/** The names under which ranges of an attribute came. */
export function rangesOf(entry: Entry, name: string): string[] {
  const start = `${name.toLowerCase()};range=`;
  return [...entry.attributes.keys()].filter(key => key.startsWith(start));
}

function spansOf(entry: Entry, name: string): Spans {
  return entry.attributes.get(name) ?? entry.attributes.get(name.toLowerCase()) ?? NONE;
}

/** Visits the values of an attribute as places in `entry.frame`. */
export function eachSpan(
  entry: Entry,
  name: string,
  visit: (start: number, end: number, index: number) => void,
): void {
  const spans = spansOf(entry, name);
  for (let at = 0; at < spans.length; at += 2) visit(spans[at] ?? 0, spans[at + 1] ?? 0, at / 2);
}

/** UTF-8 as text, or undefined. Decoding puts U+FFFD for what it cannot read, so only texts with it need a second look. */
export function decodeText(frame: Buffer, start: number, end: number): string | undefined {
  const text = frame.toString('utf8', start, end);
  return text.includes('\uFFFD') && !isUtf8(frame.subarray(start, end)) ? undefined : text;
}
