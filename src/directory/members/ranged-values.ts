/**
 * Reads long member lists, which Active Directory returns in ranges (MS-ADTS 3.1.1.3.1.3.3):
 *   member                     no values
 *   member;range=0-1499        1 500 values; the next search requests member;range=1500-*
 *   member;range=1500-*        the rest
 * If a member is added or removed between two searches, a value can move from one range to another and is missed. The
 * entry's change marker, read with every range and once more at the end, shows such a change.
 */
import { inTurns } from '../../steps/in-turns.ts';
import { countValues, type Entry, hasValues, optionsOf, rangesOf, textsOf } from '../entry/entry.ts';
import {
  type Interners,
  joinMemberValues,
  type MemberValues,
  readMemberValues,
  unknownMembers,
} from '../entry/member-values.ts';

/** Reads attributes of the group entry. */
export type Ask = (attributes: readonly string[]) => Promise<Entry>;

interface Range {
  /** As an attribute description. */
  readonly name: string;
  /** Where the next range begins; undefined after the last. */
  readonly next: number | undefined;
}

interface Reading {
  readonly ask: Ask;
  readonly interners: Interners;
  readonly marker: string;
}

/** Attributes that change with the entry: Active Directory, OpenLDAP, other servers. */
const MARKERS = ['uSNChanged', 'entryCSN', 'modifyTimestamp'];
const MAX_READS = 3;
const TORN = 'torn';

/**
 * All values of the member attributes at one point in time, or the reason why they are unknown. Never a part of them.
 */
export async function readRanges(
  ask: Ask,
  attributes: readonly string[],
  interners: Interners,
): Promise<MemberValues> {
  for (let reads = 0; reads < MAX_READS; reads += 1) {
    const values = await readOnce(ask, attributes, interners);
    if (values !== TORN) return values;
  }
  return unknownMembers(`it changed while its members were read, ${MAX_READS} times in a row`);
}

async function readOnce(
  ask: Ask,
  attributes: readonly string[],
  interners: Interners,
): Promise<MemberValues | typeof TORN> {
  const first = await ask([...attributes, ...MARKERS]);
  const marker = markerOf(first);
  if (marker === '')
    return unknownMembers(`it shows none of ${MARKERS.join(', ')}, so its ranges may be inconsistent`);
  const reading = { ask, interners, marker };
  const parts: MemberValues[] = [];
  for (const attribute of attributes) {
    const part = await readAttribute(reading, first, attribute);
    if (part === TORN) return TORN;
    parts.push(part, await inTurns(readMemberValues(first, optionsOf(first, attribute), interners)));
  }
  if (markerOf(await ask(MARKERS)) !== marker) return TORN;
  const values = joinMemberValues(parts);
  if (values.unknown !== undefined || values.dns.length + values.usernames.length > 0) return values;
  return unknownMembers('the server first returned a range of its members, and then none');
}

async function readAttribute(
  { ask, interners, marker }: Reading,
  first: Entry,
  attribute: string,
): Promise<MemberValues | typeof TORN> {
  const parts: MemberValues[] = [];
  let entry = first;
  let from: number | undefined = 0;
  while (from !== undefined) {
    const range: Range | string = rangeOf(entry, attribute, from);
    if (typeof range === 'string') return unknownMembers(range);
    parts.push(await inTurns(readMemberValues(entry, [range.name], interners)));
    from = range.next;
    if (from === undefined) break;
    entry = await ask([`${attribute};range=${from}-*`, ...MARKERS]);
    if (markerOf(entry) !== marker) return TORN;
  }
  return joinMemberValues(parts);
}

/** The range of an attribute that begins at `from`, or the problem with the answer. */
function rangeOf(entry: Entry, attribute: string, from: number): Range | string {
  const [name, ...others] = rangesOf(entry, attribute);
  if (name === undefined)
    return from === 0
      ? { name: attribute, next: undefined }
      : `the server returned no range of ${attribute} from ${from} on`;
  if (others.length > 0 || hasValues(entry, attribute))
    return `the server returned several ranges of ${attribute} at once`;
  const [, low, high = ''] = /;range=(\d{1,9})-(\d{1,9}|\*)$/.exec(name) ?? [];
  if (low === undefined) return `the server returned ${name}, which is not a range`;
  if (Number(low) !== from) return `the server returned ${name} instead of a range from ${from} on`;
  const count = countValues(entry, name);
  const last = from + count - 1;
  if (count === 0 || (high !== '*' && Number(high) !== last))
    return `the server returned ${name} with ${count} values`;
  return { name, next: high === '*' ? undefined : last + 1 };
}

function markerOf(entry: Entry): string {
  return MARKERS.flatMap(name => textsOf(entry, name).map(value => `${name}=${value}`)).join(' ');
}
