/** The member attributes of one group entry, as numbers. */
import { countValues, type Entry, eachText, isRanged } from './entry.ts';
import { type Interner, internDn, internUsername } from './interning.ts';

/** `dns` and `usernames` number the members in their interners; values that are no text cannot be anybody. */
export interface MemberValues {
  readonly dns: Int32Array;
  readonly usernames: Int32Array;
  readonly undecodable: readonly string[];
  /** Why this is not all of them. */
  readonly unknown: string | undefined;
}

export interface Interners {
  readonly dns: Interner;
  readonly usernames: Interner;
}

/** The optional UID of nameAndOptionalUID (RFC 4517 section 3.3.21), as in `cn=a,dc=b#'0101'B`. */
const UID_PART = /#'[01]*'B$/;
const NO_NUMBERS = new Int32Array(0);

/** Reads `member`, `uniqueMember` and their like as DNs, `memberUid` as usernames whatever they look like. */
export function readMemberValues(
  entry: Entry,
  attributes: readonly string[],
  interners: Interners,
): MemberValues {
  const undecodable: string[] = [];
  const byDn = attributes.filter(name => !isUsernames(name));
  const byName = attributes.filter(isUsernames);
  return {
    dns: numbered(entry, byDn, undecodable, text => internDn(interners.dns, dnOf(text))),
    usernames: numbered(entry, byName, undecodable, text => internUsername(interners.usernames, text)),
    undecodable,
    unknown: whyUnknown(entry, attributes),
  };
}

function numbered(
  entry: Entry,
  attributes: readonly string[],
  undecodable: string[],
  numberOf: (text: string) => number,
): Int32Array {
  const size = attributes.reduce((sum, name) => sum + countValues(entry, name), 0);
  if (size === 0) return NO_NUMBERS;
  const numbers = new Int32Array(size);
  let count = 0;
  for (const name of attributes) {
    eachText(entry, name, (text, index) => {
      if (text === undefined) undecodable.push(`${name} value ${index + 1}`);
      else numbers[count++] = numberOf(text);
    });
  }
  return count === size ? numbers : numbers.slice(0, count);
}

function isUsernames(attribute: string): boolean {
  return attribute.toLowerCase() === 'memberuid';
}

function dnOf(value: string): string {
  return value.endsWith("'B") ? value.replace(UID_PART, '') : value;
}

function whyUnknown(entry: Entry, attributes: readonly string[]): string | undefined {
  const ranged = attributes.find(name => isRanged(entry, name));
  if (ranged) return `the server gave only a range of the values of ${ranged}`;
  const dynamic = countValues(entry, 'memberURL') > 0;
  if (dynamic && attributes.every(name => countValues(entry, name) === 0))
    return 'a dynamic group (memberURL) that the server does not expand';
  return undefined;
}
