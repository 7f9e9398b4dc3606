/**
 * Parses distinguished names (RFC 4514, and the forms that only RFC 2253 allowed). The most specific RDN comes first.
 */

/** One `type=value`. `value` is text, or `#` and hex digits if the BER value is not a string (`encoded`). */
export interface Assertion {
  readonly type: string;
  readonly value: string;
  readonly encoded: boolean;
}
/** More than one assertion only in a multi-valued RDN (`uid=ab+cn=A B`). */
export type Rdn = readonly Assertion[];

interface Cursor {
  readonly text: string;
  at: number;
}

const TYPE = / *(?:oid\.)?([a-z][a-z0-9-]*|[0-9]+(?:\.[0-9]+)*) *= */iy;
const HEX_VALUE = /#((?:[0-9a-f]{2})+) */iy;
const HEX_PAIRS = /(?:\\[0-9a-f]{2})+/iy;
const QUOTED = /[^"\\]+/y;
const BARE = /[^"\\,;+]+/y;
const SPACES = / +/y;
/** BER tags whose content is text: OctetString, UTF8String, PrintableString, IA5String. */
const TEXT_TAGS: readonly number[] = [0x04, 0x0c, 0x13, 0x16];

/**
 * Parses a DN in linear time. Supports hex escapes, `#` values, quoted values, `;` separators, OIDs and the prefix
 * `OID.`.
 * @throws SyntaxError that names the expected text and the character position
 */
export function parseDn(text: string): Rdn[] {
  const cursor = { text, at: 0 };
  match(cursor, SPACES);
  const rdns: Rdn[] = [];
  if (cursor.at === text.length) return rdns;
  do rdns.push(parseRdn(cursor));
  while (take(cursor, ',') || take(cursor, ';'));
  if (cursor.at < text.length) throw expected(cursor, 'a comma');
  return rdns;
}

function parseRdn(cursor: Cursor): Rdn {
  const assertions: Assertion[] = [];
  do assertions.push(parseAssertion(cursor));
  while (take(cursor, '+'));
  return assertions;
}

function parseAssertion(cursor: Cursor): Assertion {
  const type = match(cursor, TYPE)?.[1];
  if (type === undefined) throw expected(cursor, 'an attribute type and "="');
  const hex = match(cursor, HEX_VALUE)?.[1];
  if (hex !== undefined) return { type, ...decodeBer(hex) };
  const value = take(cursor, '"') ? parseQuoted(cursor) : parseBare(cursor);
  return { type, value, encoded: false };
}

function parseQuoted(cursor: Cursor): string {
  let value = '';
  while (!take(cursor, '"')) value += parseEscape(cursor) ?? match(cursor, QUOTED)?.[0] ?? unclosed(cursor);
  match(cursor, SPACES);
  return value;
}

/** Trailing spaces are part of the value only if they are escaped. */
function parseBare(cursor: Cursor): string {
  let value = '';
  let significant = 0;
  for (;;) {
    const escaped = parseEscape(cursor);
    const part = escaped ?? match(cursor, BARE)?.[0];
    if (part === undefined) break;
    value += part;
    significant = value.length - (escaped === undefined ? trailingSpaces(part) : 0);
  }
  if (cursor.text[cursor.at] === '"') throw expected(cursor, 'a backslash before the quote');
  return value.slice(0, significant);
}

function parseEscape(cursor: Cursor): string | undefined {
  if (cursor.text[cursor.at] !== '\\') return undefined;
  const pairs = match(cursor, HEX_PAIRS)?.[0];
  if (pairs !== undefined) return decodeUtf8(Buffer.from(pairs.replaceAll('\\', ''), 'hex'));
  const character = cursor.text.codePointAt(cursor.at + 1);
  if (character === undefined) throw expected(cursor, 'a character after the backslash');
  const text = String.fromCodePoint(character);
  cursor.at += 1 + text.length;
  return text;
}

/** Bytes that are not UTF-8 stay different from each other and from every valid text. */
function decodeUtf8(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : `\uFFFD${bytes.toString('hex')}`;
}

function decodeBer(hex: string): { value: string; encoded: boolean } {
  const bytes = Buffer.from(hex, 'hex');
  const [tag = 0, length = 0] = bytes;
  const plain = TEXT_TAGS.includes(tag) && length < 0x80 && length === bytes.length - 2;
  if (plain) return { value: decodeUtf8(bytes.subarray(2)), encoded: false };
  return { value: `#${hex.toLowerCase()}`, encoded: true };
}

function trailingSpaces(text: string): number {
  let count = 0;
  while (text[text.length - 1 - count] === ' ') count += 1;
  return count;
}

function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (found) cursor.at = pattern.lastIndex;
  return found;
}

function take(cursor: Cursor, character: string): boolean {
  const found = cursor.text[cursor.at] === character;
  if (found) cursor.at += 1;
  return found;
}

function unclosed(cursor: Cursor): never {
  throw expected(cursor, 'a closing quote');
}

function expected(cursor: Cursor, what: string): SyntaxError {
  return new SyntaxError(`expected ${what} at character ${cursor.at + 1}`);
}
