/** Case-insensitive comparison of ASCII letters, byte by byte, as LDAP compares attribute names. */

/** The bit in which upper and lower case of an ASCII letter differ. */
const CASE = 0x20;
const [A, Z] = [0x61, 0x7a];

/** Whether two bytes are equal except for letter case. */
export function isSameLetter(one: number, other: number): boolean {
  if (one === other) return true;
  const letter = one | CASE;
  return (one ^ other) === CASE && letter >= A && letter <= Z;
}
