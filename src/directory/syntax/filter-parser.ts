/** Parses search filters (RFC 4515) into ldapts filters. */
import { isUtf8 } from 'node:buffer';
import {
  AndFilter,
  ApproximateFilter,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  GreaterThanEqualsFilter,
  LessThanEqualsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
} from 'ldapts';

interface Cursor {
  readonly text: string;
  at: number;
}

/** Attribute (name or OID, with options), extensible parts, and the operator. */
const HEAD = /([a-z0-9][a-z0-9.-]*(?:;[a-z0-9-]+)*)?((?::dn)?(?::[a-z0-9][a-z0-9.-]*)?:)?([~<>]?=)/iy;
const SPACE = /\s*/y;
const VALUE = /[^()]*/y;
/** More than any real filter needs. Prevents a stack overflow by a long run of "(!". */
const MAX_DEPTH = 100;

/**
 * Parses a filter. White space may be before each parenthesis and after an opening one, as OpenLDAP's tools accept it.
 * In a value it counts. Does not use ldapts' parser: that one rejects options and OIDs, and it encodes escaped bytes twice,
 * so that `\c3\a9` would match nothing.
 * @throws SyntaxError that names the expected text and the character position
 */
export function parseFilter(text: string): Filter {
  const cursor = { text, at: 0 };
  const filter = parseComponent(cursor, 0);
  skipSpace(cursor);
  if (cursor.at < text.length) throw expected(cursor, 'the end of the filter');
  return filter;
}

function parseComponent(cursor: Cursor, depth: number): Filter {
  if (depth > MAX_DEPTH) throw expected(cursor, `at most ${MAX_DEPTH} levels`);
  skipSpace(cursor);
  need(cursor, '(');
  skipSpace(cursor);
  const filter = parseContent(cursor, depth);
  need(cursor, ')');
  return filter;
}

function parseContent(cursor: Cursor, depth: number): Filter {
  const operator = cursor.text[cursor.at];
  if (operator !== '&' && operator !== '|' && operator !== '!') return parseItem(cursor);
  cursor.at += 1;
  if (operator === '!') {
    const filter = parseComponent(cursor, depth + 1);
    skipSpace(cursor);
    return new NotFilter({ filter });
  }
  const filters: Filter[] = [];
  for (skipSpace(cursor); cursor.text[cursor.at] === '('; skipSpace(cursor))
    filters.push(parseComponent(cursor, depth + 1));
  return operator === '&' ? new AndFilter({ filters }) : new OrFilter({ filters });
}

function parseItem(cursor: Cursor): Filter {
  const start = cursor.at;
  const [, attribute, extension, operator] = match(cursor, HEAD) ?? [];
  const raw = match(cursor, VALUE)?.[0] ?? '';
  if (attribute === undefined && extension === undefined)
    throw expected({ ...cursor, at: start }, 'an attribute');
  if (extension !== undefined && operator !== '=') throw expected({ ...cursor, at: start }, 'a filter item');
  try {
    return buildItem(attribute ?? '', extension, operator, raw);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SyntaxError(`${error.message} in the value at character ${cursor.at - raw.length + 1}`);
  }
}

function buildItem(
  attribute: string,
  extension: string | undefined,
  operator: string | undefined,
  raw: string,
): Filter {
  if (extension !== undefined) return buildExtensible(attribute, extension, raw);
  if (operator === '~=') return new ApproximateFilter({ attribute, value: text(raw) });
  if (operator === '>=') return new GreaterThanEqualsFilter({ attribute, value: text(raw) });
  if (operator === '<=') return new LessThanEqualsFilter({ attribute, value: text(raw) });
  if (/^\*+$/.test(raw)) return new PresenceFilter({ attribute });
  if (!raw.includes('*')) return new EqualityFilter({ attribute, value: readable(bytes(raw)) });
  const [initial = '', ...any] = raw.split('*').map(text);
  const final = any.pop() ?? '';
  return new SubstringFilter({ attribute, initial, any: any.filter(part => part !== ''), final });
}

/** `:dn:2.5.13.5:` → dnAttributes and rule. */
function buildExtensible(matchType: string, extension: string, raw: string): Filter {
  const parts = extension.split(':').filter(part => part !== '');
  const dnAttributes = parts[0]?.toLowerCase() === 'dn';
  const rule = parts[dnAttributes ? 1 : 0];
  return new ExtensibleFilter({ matchType, dnAttributes, value: text(raw), ...(rule ? { rule } : {}) });
}

/** The octets of a value: `\` and two hex digits are one octet, everything else is UTF-8. */
function bytes(raw: string): Buffer {
  if (raw.includes('\0')) throw new RangeError('expected \\00 instead of a NUL');
  const [first = '', ...escaped] = raw.split('\\');
  return Buffer.concat([Buffer.from(first), ...escaped.map(escapedBytes)]);
}

function escapedBytes(part: string): Buffer {
  const hex = part.slice(0, 2);
  if (!/^[0-9a-f]{2}$/i.test(hex)) throw new RangeError('expected two hex digits after the backslash');
  return Buffer.concat([Buffer.from(hex, 'hex'), Buffer.from(part.slice(2))]);
}

/** Text if the octets are valid UTF-8, because text can be shown in messages. */
function readable(octets: Buffer): Buffer | string {
  return isUtf8(octets) ? octets.toString('utf8') : octets;
}

function text(raw: string): string {
  const value = readable(bytes(raw));
  if (typeof value === 'string') return value;
  throw new RangeError('expected UTF-8 (only "=" compares other bytes)');
}

function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (found) cursor.at = pattern.lastIndex;
  return found;
}

function skipSpace(cursor: Cursor): void {
  match(cursor, SPACE);
}

function need(cursor: Cursor, character: string): void {
  if (cursor.text[cursor.at] !== character) throw expected(cursor, `"${character}"`);
  cursor.at += 1;
}

function expected(cursor: Cursor, what: string): SyntaxError {
  return new SyntaxError(`expected ${what} at character ${cursor.at + 1}`);
}
