/** The little of BER that reading a million values needs, without an object for each (X.690, definite lengths). */
import { DirectoryError } from '../errors.ts';

export interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/**
 * Steps into the element at the cursor and returns where its content ends.
 * @throws DirectoryError `malformed` when it has another tag or is longer than the message
 */
export function enter(cursor: Cursor, tag: number): number {
  const { bytes } = cursor;
  if (bytes[cursor.at] !== tag) throw malformed(`tag ${bytes[cursor.at]} where ${tag} should be`);
  const short = bytes[cursor.at + 1] ?? 0;
  cursor.at += 2;
  if (short < 0x80) return checked(cursor, short);
  let length = 0;
  for (let octets = short & 0x7f; octets > 0; octets -= 1) {
    length = length * 256 + (bytes[cursor.at] ?? 0);
    cursor.at += 1;
  }
  return checked(cursor, length);
}

function checked({ bytes, at }: Cursor, length: number): number {
  if (at + length <= bytes.length) return at + length;
  throw malformed('an element is longer than its message');
}

function malformed(what: string): DirectoryError {
  return new DirectoryError('malformed', `The server's answer cannot be read: ${what}.`);
}
