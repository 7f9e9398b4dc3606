/** The member attributes of one group entry, as numbers. */
import { createHash } from 'node:crypto';
import type { DynamicSettings, GroupSettings } from '../../model/settings.ts';
import { SLICE, type Steps } from '../../steps/steps.ts';
import { MOST_URLS, NOT_ASKED_FOR } from '../syntax/dynamic-rules.ts';
import { type InternedDns, internDn } from './dn-table.ts';
import { countValues, type Entry, hasValues, isRanged } from './entry.ts';
import { dnEndOf } from './unique-member.ts';
import { type InternedUsernames, internUsername } from './username-table.ts';
import { nextValue, openValues, textOf, type Values } from './values.ts';

/** A value that is no text. */
export interface Undecodable {
  /** Says which one it is. */
  readonly value: string;
  readonly attribute: string;
  /** Of its bytes, so that it is known again among others. */
  readonly digest: string;
}

/** `dns` and `usernames` number the members in their interners; values that are no text cannot be anybody. */
export interface MemberValues {
  readonly dns: Int32Array;
  readonly usernames: Int32Array;
  readonly undecodable: readonly Undecodable[];
  /** Why this is not all of them. */
  readonly unknown: string | undefined;
}

/** What a group entry says of its members, and what it only points at. */
export interface FoundMembers extends MemberValues {
  /** Why values of the entry itself are missing. */
  readonly missing: string | undefined;
  /** The values came in ranges, of which these are not all. */
  readonly ranged: boolean;
  /** The member attributes that the entry has. */
  readonly attributes: readonly string[];
  /** Searches whose results are members too. */
  readonly urls: readonly string[];
}

export interface Interners {
  readonly dns: InternedDns;
  readonly usernames: InternedUsernames;
  /** Longer values are not read. Left out: all are. */
  readonly maxValueBytes?: number;
}

const NO_NUMBERS = new Int32Array(0);
const NO_URLS: readonly string[] = [];

/**
 * What an entry shows. A server may have put the results of memberURL among the values already (OpenLDAP's dynlist), but
 * which values those are it does not say: they are found anew.
 */
export function* findMembers(
  entry: Entry,
  { members: attributes, dynamic }: Pick<GroupSettings, 'members' | 'dynamic'>,
  interners: Interners,
): Steps<FoundMembers> {
  const values = yield* readMemberValues(entry, attributes, interners);
  const ranged = attributes.some(name => isRanged(entry, name));
  const count = countValues(entry, 'memberURL');
  const refused = count === 0 ? undefined : refusedUrls(entry, dynamic, interners);
  const missing = values.unknown ?? refused;
  const urls = missing === undefined && count > 0 ? urlsOf(entry) : NO_URLS;
  const unread = ranged || urls.length > 0 ? 'its members were not all read' : undefined;
  const present = [...attributes, 'memberURL'].filter(
    name => hasValues(entry, name) || isRanged(entry, name),
  );
  return { ...values, ranged, attributes: present, urls, missing, unknown: missing ?? unread };
}

/** Why none of the URLs is looked at. */
function refusedUrls(
  entry: Entry,
  dynamic: DynamicSettings | undefined,
  { maxValueBytes }: Interners,
): string | undefined {
  if (dynamic === undefined) return NOT_ASKED_FOR;
  const count = countValues(entry, 'memberURL');
  if (count > MOST_URLS) return `it has ${count} memberURLs, of which at most ${MOST_URLS} are followed`;
  const values = openValues(entry, 'memberURL');
  while (nextValue(values)) if (isTooLong(values, maxValueBytes)) return tooLong('its memberURL', values);
  return undefined;
}

function isTooLong({ valueStart, valueEnd }: Values, most = Number.POSITIVE_INFINITY): boolean {
  return valueEnd - valueStart > most;
}

function tooLong(what: string, { valueStart, valueEnd }: Values): string {
  return `${what} has ${valueEnd - valueStart} bytes, more than maxValueSize allows`;
}

/** Bytes that are no text become an empty text, which is no URL either. */
function urlsOf(entry: Entry): string[] {
  const values = openValues(entry, 'memberURL');
  const urls: string[] = [];
  while (nextValue(values)) urls.push(textOf(values) ?? '');
  return urls;
}

/** Reads `member`, `uniqueMember` and their like as DNs, `memberUid` as usernames whatever they look like. */
export function* readMemberValues(
  entry: Entry,
  attributes: readonly string[],
  { dns, usernames, maxValueBytes }: Interners,
): Steps<MemberValues> {
  const odd: Odd = { undecodable: [], tooLong: [], maxValueBytes };
  const byDn = attributes.filter(name => !isUsernames(name));
  const byName = attributes.filter(isUsernames);
  return {
    dns: yield* numbered(
      entry,
      byDn,
      value => internDn(dns, value.bytes, value.valueStart, dnEndOf(value)),
      odd,
    ),
    usernames: yield* numbered(entry, byName, value => internUsername(usernames, value), odd),
    undecodable: odd.undecodable,
    unknown: odd.tooLong[0],
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

/** Values that got no number, and why. */
interface Odd {
  readonly undecodable: Undecodable[];
  readonly tooLong: string[];
  readonly maxValueBytes: number | undefined;
}

function* numbered(
  entry: Entry,
  attributes: readonly string[],
  intern: (value: Values) => number | undefined,
  odd: Odd,
): Steps<Int32Array> {
  const size = attributes.reduce((sum, name) => sum + countValues(entry, name), 0);
  if (size === 0) return NO_NUMBERS;
  const numbers = new Int32Array(size);
  let count = 0;
  for (const name of attributes) {
    const values = openValues(entry, name);
    for (let place = 1; nextValue(values); place += 1) {
      if (place % SLICE === 0) yield;
      if (isTooLong(values, odd.maxValueBytes)) {
        odd.tooLong.push(tooLong(`its ${name} value ${place}`, values));
        continue;
      }
      const number = intern(values);
      if (number === undefined) odd.undecodable.push(undecodableValue(name, place, values));
      else numbers[count++] = number;
    }
  }
  return count === size ? numbers : numbers.slice(0, count);
}

function undecodableValue(attribute: string, place: number, values: Values): Undecodable {
  const bytes = values.bytes.subarray(values.valueStart, values.valueEnd);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { value: `${attribute} value ${place}`, attribute, digest };
}

/** `memberUid` holds usernames, every other attribute DNs. */
export function isUsernames(attribute: string): boolean {
  return /^memberuid(;|$)/i.test(attribute);
}
