/** The little of BER that reading a million values needs, without an object for each (X.690, definite lengths). */
import { DirectoryError } from '../../errors.ts';

/** Tag of every message, and of every list in one. */
export const SEQUENCE = 0x30;

/** A place in some bytes, and where what is being read ends. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;
}

/** Message ids and result codes fit into four octets (RFC 4511 sections 4.1.1.1 and 4.1.9). */
const MOST_OCTETS = 4;
const INDEFINITE = 0x80;
/** Class bits of a tag, and the class of all that LDAP was extended by. */
const CLASS = 0xc0;
const CONTEXT_SPECIFIC = 0x80;
/** Stands behind an operation, never in one: there, the length of the operation is wrong, and the controls would be lost. */
export const CONTROLS = 0xa0;

/**
 * Steps into the element at the cursor and returns where its content ends.
 * @throws DirectoryError `malformed` when it has another tag or is longer than `end`, which is where its parent ends
 */
export function enter(cursor: Cursor, tag: number, end = cursor.end): number {
  const { bytes, at } = cursor;
  if (at + 2 > end) throw malformed('it ends in the middle of an element');
  if (bytes[at] !== tag) throw malformed(`tag ${bytes[at]} where ${tag} should be`);
  const short = bytes[at + 1] ?? 0;
  if (short === INDEFINITE) throw malformed('an element has no definite length');
  const start = short < 0x80 ? at + 2 : at + 2 + (short & 0x7f);
  const length = short < 0x80 ? short : bigEndian(bytes, at + 2, start);
  cursor.at = start;
  if (start + length > end) throw malformed('an element is longer than what it is part of');
  return start + length;
}

/** The tag at the cursor; undefined at `end`. */
export function tagAt({ bytes, at }: Cursor, end: number): number | undefined {
  return at < end ? bytes[at] : undefined;
}

/**
 * Reads an integer or an enumeration that is not negative, as message ids and result codes are.
 * @throws DirectoryError `malformed`, for one without content, too
 */
export function enterInteger(cursor: Cursor, tag: number, end = cursor.end): number {
  const last = enter(cursor, tag, end);
  const octets = last - cursor.at;
  if (octets === 0 || octets > MOST_OCTETS) throw malformed(`a number has ${octets} octets`);
  const value = bigEndian(cursor.bytes, cursor.at, last);
  if (((cursor.bytes[cursor.at] ?? 0) & 0x80) !== 0) throw malformed('a number is negative');
  cursor.at = last;
  return value;
}

/**
 * Goes to the end of an element past what was added to its type later (RFC 4511 section 4: unknown components at the
 * end are ignored). Those have tags of their own; anything else means that a length before it was wrong.
 * @throws DirectoryError `malformed`
 */
export function leave(cursor: Cursor, end: number): void {
  while (cursor.at < end) cursor.at = enterAddition(cursor, end);
}

/** Steps into such a component and returns where its content ends. @throws DirectoryError `malformed` */
export function enterAddition(cursor: Cursor, end: number): number {
  const tag = cursor.bytes[cursor.at] ?? 0;
  const isAddition = (tag & CLASS) === CONTEXT_SPECIFIC && tag !== CONTROLS;
  if (!isAddition) throw malformed(`tag ${tag} where an element should end`);
  return enter(cursor, tag, end);
}

function bigEndian(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

/** What a server sent is no LDAP, or not what it should be. */
export function malformed(what: string): DirectoryError {
  return new DirectoryError('malformed', `The server's answer cannot be read: ${what}.`);
}
