/** The little of BER that reading a million values needs, without an object for each (X.690, definite lengths). */
import { DirectoryError } from '../errors.ts';

/** Tag of every message, and of every list in one. */
export const SEQUENCE = 0x30;

/** A place in some bytes, and where what is being read ends. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;
}

/**
 * Steps into the element at the cursor and returns where its content ends.
 * @throws DirectoryError `malformed` when it has another tag or is longer than `end`, which is where its parent ends
 */
export function enter(cursor: Cursor, tag: number, end = cursor.end): number {
  const { bytes, at } = cursor;
  if (at + 2 > end) throw malformed('it ends in the middle of an element');
  if (bytes[at] !== tag) throw malformed(`tag ${bytes[at]} where ${tag} should be`);
  const short = bytes[at + 1] ?? 0;
  const start = short < 0x80 ? at + 2 : at + 2 + (short & 0x7f);
  const length = short < 0x80 ? short : bigEndian(bytes, at + 2, start);
  cursor.at = start;
  if (start + length > end) throw malformed('an element is longer than what it is part of');
  return start + length;
}

/** Reads an integer that is not negative, as message ids are (RFC 4511 section 4.1.1.1). */
export function enterInteger(cursor: Cursor, tag: number): number {
  const end = enter(cursor, tag);
  const value = bigEndian(cursor.bytes, cursor.at, end);
  cursor.at = end;
  return value;
}

function bigEndian(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

function malformed(what: string): DirectoryError {
  return new DirectoryError('malformed', `The server's answer cannot be read: ${what}.`);
}
