/** A minimal BER reader that reads a million values without an object for each (X.690, definite lengths). */
import { DirectoryError } from '../../errors.ts';

/** The tag of every message, and of every list in a message. */
export const SEQUENCE = 0x30;

/** A position in some bytes, and the end of the element that is being read. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;
}

/** Message ids and result codes fit into four octets (RFC 4511 sections 4.1.1.1 and 4.1.9). */
const MAX_OCTETS = 4;
const INDEFINITE = 0x80;
/** The class bits of a tag, and the class of all LDAP extensions. */
const CLASS = 0xc0;
const CONTEXT_SPECIFIC = 0x80;
/**
 * Controls follow an operation and are never inside it. Inside, the length of the operation would be wrong, and the
 * controls would be lost.
 */
export const CONTROLS = 0xa0;

/**
 * Enters the element at the cursor and returns the end of its content.
 * @throws DirectoryError `malformed` if the element has another tag or extends beyond `end`, the end of its parent
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
 * Reads a non-negative integer or enumeration, such as a message id or a result code.
 * @throws DirectoryError `malformed`, also for one without content
 */
export function enterInteger(cursor: Cursor, tag: number, end = cursor.end): number {
  const last = enter(cursor, tag, end);
  const octets = last - cursor.at;
  if (octets === 0 || octets > MAX_OCTETS) throw malformed(`a number has ${octets} octets`);
  const value = bigEndian(cursor.bytes, cursor.at, last);
  if (((cursor.bytes[cursor.at] ?? 0) & 0x80) !== 0) throw malformed('a number is negative');
  cursor.at = last;
  return value;
}

/**
 * Moves to the end of an element, past components that later versions added (RFC 4511 section 4: unknown components at
 * the end are ignored). These have context-specific tags. Any other tag means that an earlier length was wrong.
 * @throws DirectoryError `malformed`
 */
export function leave(cursor: Cursor, end: number): void {
  while (cursor.at < end) cursor.at = enterAddition(cursor, end);
}

/** Enters such a component and returns the end of its content. @throws DirectoryError `malformed` */
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

/** The failure for an answer that is not valid LDAP. */
export function malformed(what: string): DirectoryError {
  return new DirectoryError('malformed', `The server's answer cannot be read: ${what}.`);
}
