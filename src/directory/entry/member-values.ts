/** Reads the member attributes of one group entry as numbers. */
import { createHash } from 'node:crypto';
import type { DynamicSettings, GroupSettings } from '../../model/settings.ts';
import { SLICE, type Steps } from '../../steps/steps.ts';
import { MAX_URLS, NOT_ASKED_FOR } from '../syntax/dynamic-rules.ts';
import { type DnTable, internDn } from './dn-table.ts';
import { countValues, type Entry, hasValues, isRanged, optionsOf } from './entry.ts';
import { dnEndOf } from './unique-member.ts';
import { internUsername, type UsernameTable } from './username-table.ts';
import { nextValue, openValues, textOf, type Values } from './values.ts';

/** A value that is not valid text. */
export interface Undecodable {
  /** Identifies the value in messages. */
  readonly value: string;
  readonly attribute: string;
  /** The hash of its bytes, to recognise the same value in other groups. */
  readonly digest: string;
}

/** `dns` and `usernames` are numbers of the interners. Values that are not valid text cannot match a user. */
export interface MemberValues {
  readonly dns: Int32Array;
  readonly usernames: Int32Array;
  readonly undecodable: readonly Undecodable[];
  /** The values of uniqueMember that have a bit string. */
  readonly bitStrings: readonly string[];
  /** The reason why the values are incomplete. */
  readonly unknown: string | undefined;
}

/** The members that a group entry lists, and the ones that it only refers to. */
export interface FoundMembers extends MemberValues {
  /** The reason why values of the entry itself are missing. */
  readonly missing: string | undefined;
  /** The values came as ranges, and some are still to be read. */
  readonly ranged: boolean;
  /** The member attributes that the entry has. */
  readonly attributes: readonly string[];
  /** Searches whose results are also members. */
  readonly urls: readonly string[];
}

export interface Interners {
  readonly dns: DnTable;
  readonly usernames: UsernameTable;
  /** Longer values are not read. Default: no limit. */
  readonly maxValueBytes?: number;
}

const NO_NUMBERS = new Int32Array(0);
const NO_URLS: readonly string[] = [];

/**
 * The members that an entry shows. A server may have added the results of memberURL to the values (OpenLDAP's dynlist),
 * but it does not mark them, so the searches run again.
 */
export function* findMembers(
  entry: Entry,
  { members: attributes, dynamic }: Pick<GroupSettings, 'members' | 'dynamic'>,
  interners: Interners,
): Steps<FoundMembers> {
  const described = attributes.flatMap(name => [name, ...optionsOf(entry, name)]);
  const values = yield* readMemberValues(entry, described, interners);
  const ranged = attributes.some(name => isRanged(entry, name));
  const count = countValues(entry, 'memberURL');
  const refused = count === 0 ? undefined : refusedUrls(entry, dynamic, interners);
  const missing = values.unknown ?? refused ?? unusableOption(entry, described);
  const urls = missing === undefined && count > 0 ? urlsOf(entry) : NO_URLS;
  const unread = ranged || urls.length > 0 ? 'not all of its members were read' : undefined;
  const present = [...attributes, 'memberURL'].filter(
    name => hasValues(entry, name) || isRanged(entry, name) || optionsOf(entry, name).length > 0,
  );
  return { ...values, ranged, attributes: present, urls, missing, unknown: missing ?? unread };
}

/** A range of an attribute with another option, or a memberURL with one: no server is known to send either. */
function unusableOption(entry: Entry, described: readonly string[]): string | undefined {
  const ranged = described.filter(name => name.includes(';range='));
  const [unusable] = [...ranged, ...optionsOf(entry, 'memberURL')];
  return unusable === undefined ? undefined : `the server returned ${unusable}, which cannot be read`;
}

/** The reason for not following any URL; undefined if they are followed. */
function refusedUrls(
  entry: Entry,
  dynamic: DynamicSettings | undefined,
  { maxValueBytes }: Interners,
): string | undefined {
  if (dynamic === undefined) return NOT_ASKED_FOR;
  const count = countValues(entry, 'memberURL');
  if (count > MAX_URLS) return `it has ${count} memberURLs, and at most ${MAX_URLS} are followed`;
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

/** A value that is not valid text becomes an empty text, which is not a valid URL. */
function urlsOf(entry: Entry): string[] {
  const values = openValues(entry, 'memberURL');
  const urls: string[] = [];
  while (nextValue(values)) urls.push(textOf(values) ?? '');
  return urls;
}

/** Reads `member`, `uniqueMember` and similar attributes as DNs, and `memberUid` always as usernames. */
export function* readMemberValues(
  entry: Entry,
  attributes: readonly string[],
  { dns, usernames, maxValueBytes }: Interners,
): Steps<MemberValues> {
  const skipped: Unnumbered = { undecodable: [], tooLong: [], maxValueBytes };
  const byDn = attributes.filter(name => !isUsernames(name));
  const byName = attributes.filter(isUsernames);
  const bitStrings: string[] = [];
  const intern = (value: Values) => {
    const end = dnEndOf(value);
    if (end < value.valueEnd) bitStrings.push(textOf(value) ?? '');
    return internDn(dns, value.bytes, value.valueStart, end);
  };
  return {
    dns: yield* numbered(entry, byDn, intern, skipped),
    usernames: yield* numbered(entry, byName, value => internUsername(usernames, value), skipped),
    undecodable: skipped.undecodable,
    bitStrings,
    unknown: skipped.tooLong[0],
  };
}

/** An empty list with the reason why it is not complete. */
export function unknownMembers(unknown: string): MemberValues {
  return { dns: NO_NUMBERS, usernames: NO_NUMBERS, undecodable: [], bitStrings: [], unknown };
}

/** Joins several parts. If one part is unknown, the whole is unknown. */
export function joinMemberValues(parts: readonly MemberValues[]): MemberValues {
  return {
    dns: joinNumbers(parts.map(part => part.dns)),
    usernames: joinNumbers(parts.map(part => part.usernames)),
    undecodable: parts.flatMap(part => part.undecodable),
    bitStrings: parts.flatMap(part => part.bitStrings),
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

/** Values without a number, by cause. */
interface Unnumbered {
  readonly undecodable: Undecodable[];
  readonly tooLong: string[];
  readonly maxValueBytes: number | undefined;
}

function* numbered(
  entry: Entry,
  attributes: readonly string[],
  intern: (value: Values) => number | undefined,
  skipped: Unnumbered,
): Steps<Int32Array> {
  const size = attributes.reduce((sum, name) => sum + countValues(entry, name), 0);
  if (size === 0) return NO_NUMBERS;
  const numbers = new Int32Array(size);
  let count = 0;
  for (const name of attributes) {
    const values = openValues(entry, name);
    for (let place = 1; nextValue(values); place += 1) {
      if (place % SLICE === 0) yield;
      if (isTooLong(values, skipped.maxValueBytes)) {
        skipped.tooLong.push(tooLong(`its ${name} value ${place}`, values));
        continue;
      }
      const number = intern(values);
      if (number === undefined) skipped.undecodable.push(undecodableValue(name, place, values));
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

/** `memberUid` contains usernames, every other attribute contains DNs. */
export function isUsernames(attribute: string): boolean {
  return /^memberuid(;|$)/i.test(attribute);
}
