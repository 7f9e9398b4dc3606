/**
 * Splits values of `uniqueMember`: a DN, and optionally a bit string that distinguishes entries that had this DN at
 * different times.
 */
import type { Values } from './values.ts';

const [HASH, APOSTROPHE, ZERO, ONE, UPPER_B, LOWER_B] = [0x23, 0x27, 0x30, 0x31, 0x42, 0x62];

/**
 * Where the DN of a value ends. Only `uniqueMember` has the syntax nameAndOptionalUID (RFC 4517 section 3.3.21), as in
 * `cn=a,dc=b#'0101'B`. In `member` the same text is the DN of another entry.
 */
export function dnEndOf({ bytes, name, valueStart, valueEnd }: Values): number {
  const last = bytes[valueEnd - 1];
  if ((last !== UPPER_B && last !== LOWER_B) || bytes[valueEnd - 2] !== APOSTROPHE) return valueEnd;
  if (!/^uniquemember(;|$)/i.test(name)) return valueEnd;
  let at = valueEnd - 3;
  while (at > valueStart && (bytes[at] === ZERO || bytes[at] === ONE)) at -= 1;
  const isUid = at > valueStart && bytes[at] === APOSTROPHE && bytes[at - 1] === HASH;
  return isUid ? at - 1 : valueEnd;
}
