/** The member attributes of one group entry, as numbers. */
import { countValues, decodeText, type Entry, eachSpan, isRanged } from './entry.ts';
import { type Interner, internBytes } from './interning.ts';

/** `dns` and `usernames` number the members in their interners; values that are no text cannot be anybody. */
export interface MemberValues {
  readonly dns: Int32Array;
  readonly usernames: Int32Array;
  readonly undecodable: readonly string[];
  /** Why this is not all of them. */
  readonly unknown: string | undefined;
}

/** What a group entry says of its members, and what it only points at. */
export interface FoundMembers extends MemberValues {
  /** The values came in ranges, of which these are not all. */
  readonly ranged: boolean;
  /** The member attributes that the entry has. */
  readonly attributes: readonly string[];
  /** Searches whose results are members too. */
  readonly urls: readonly string[];
}

export interface Interners {
  readonly dns: Interner;
  readonly usernames: Interner;
}

const NO_NUMBERS = new Int32Array(0);
const NO_URLS: readonly string[] = [];

/**
 * What an entry shows. `expandsUrls`: the server may have put the results of memberURL among the values already, and is
 * believed to have done so where there are any.
 */
export function findMembers(
  entry: Entry,
  attributes: readonly string[],
  interners: Interners,
  expandsUrls: boolean,
): FoundMembers {
  const values = readMemberValues(entry, attributes, interners);
  const ranged = attributes.some(name => isRanged(entry, name));
  const isDynamic = countValues(entry, 'memberURL') > 0;
  const isExpanded = expandsUrls && attributes.some(name => countValues(entry, name) > 0);
  const urls = isDynamic && !isExpanded ? urlsOf(entry) : NO_URLS;
  const unknown = ranged || (isDynamic && !isExpanded) ? 'its members were not all read' : undefined;
  const present = [...attributes, 'memberURL'].filter(
    name => countValues(entry, name) > 0 || isRanged(entry, name),
  );
  return { ...values, ranged, attributes: present, urls, unknown };
}

/** Bytes that are no text become an empty text, which is no URL either. */
function urlsOf(entry: Entry): string[] {
  const urls: string[] = [];
  eachSpan(entry, 'memberURL', (start, end) => urls.push(decodeText(entry.frame, start, end) ?? ''));
  return urls;
}

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
    unknown: undefined,
  };
}

/** No value at all, and why that means nothing. */
export function unknownMembers(unknown: string): MemberValues {
  return { dns: NO_NUMBERS, usernames: NO_NUMBERS, undecodable: [], unknown };
}

/** Of several parts, one of which may be unknown: then so is the whole. */
export function joinMemberValues(parts: readonly MemberValues[]): MemberValues {
  return {
    dns: joinNumbers(parts.map(part => part.dns)),
    usernames: joinNumbers(parts.map(part => part.usernames)),
    undecodable: parts.flatMap(part => part.undecodable),
    unknown: parts.find(part => part.unknown !== undefined)?.unknown,
  };
}

function joinNumbers(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let length = 0;
  for (const part of parts) {
    all.set(part, length);
    length += part.length;
  }
  return all;
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

/** `memberUid` holds usernames, every other attribute DNs. */
export function isUsernames(attribute: string): boolean {
  return /^memberuid(;|$)/i.test(attribute);
}
