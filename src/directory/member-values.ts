/** The member attributes of one group entry, as numbers. */
import { countValues, type Entry, eachSpan, isRanged } from './entry.ts';
import { type Interner, internBytes } from './interning.ts';

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
    dns: numbered(entry, byDn, interners.dns, undecodable),
    usernames: numbered(entry, byName, interners.usernames, undecodable),
    undecodable,
    unknown: whyUnknown(entry, attributes),
  };
}

function numbered(
  entry: Entry,
  attributes: readonly string[],
  interner: Interner,
  undecodable: string[],
): Int32Array {
  const size = attributes.reduce((sum, name) => sum + countValues(entry, name), 0);
  if (size === 0) return NO_NUMBERS;
  const numbers = new Int32Array(size);
  let count = 0;
  for (const name of attributes) {
    eachSpan(entry, name, (start, end, index) => {
      const number = internBytes(interner, entry.frame, start, end);
      if (number === undefined) undecodable.push(`${name} value ${index + 1}`);
      else numbers[count++] = number;
    });
  }
  return count === size ? numbers : numbers.slice(0, count);
}

function isUsernames(attribute: string): boolean {
  return attribute.toLowerCase() === 'memberuid';
}

function whyUnknown(entry: Entry, attributes: readonly string[]): string | undefined {
  const ranged = attributes.find(name => isRanged(entry, name));
  if (ranged) return `the server gave only a range of the values of ${ranged}`;
  const dynamic = countValues(entry, 'memberURL') > 0;
  if (dynamic && attributes.every(name => countValues(entry, name) === 0))
    return 'a dynamic group (memberURL) that the server does not expand';
  return undefined;
}
