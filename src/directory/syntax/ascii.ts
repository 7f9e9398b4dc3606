/** Letter case as LDAP's own names see it: only that of ASCII letters, byte by byte. */

/** What upper and lower case of an ASCII letter differ in. */
const CASE = 0x20;
const [A, Z] = [0x61, 0x7a];

/** Whether two bytes are the same but for the letter case. */
export function isSameLetter(one: number, other: number): boolean {
  if (one === other) return true;
  const letter = one | CASE;
  return (one ^ other) === CASE && letter >= A && letter <= Z;
}
