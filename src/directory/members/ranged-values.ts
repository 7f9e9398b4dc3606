/**
 * Long member lists, which Active Directory gives in ranges (MS-ADTS 3.1.1.3.1.3.3):
 *
 *   member                     nothing
 *   member;range=0-1499        1 500 values; the next search asks for member;range=1500-*
 *   member;range=1500-*        the rest
 *
 * Between two searches somebody may be added or removed, so that a value slips from one range into another and is never
 * seen. The entry's change marker, read along with every range and once more at the end, tells.
 */
import { inTurns } from '../../steps/in-turns.ts';
import { countValues, type Entry, hasValues, rangesOf, textsOf } from '../entry/entry.ts';
import {
  type Interners,
  joinMemberValues,
  type MemberValues,
  readMemberValues,
  unknownMembers,
} from '../entry/member-values.ts';

/** Reads attributes of the one entry that this is about. */
export type Ask = (attributes: readonly string[]) => Promise<Entry>;

interface Range {
  /** As an attribute description. */
  readonly name: string;
  /** Where the next one begins; undefined after the last. */
  readonly next: number | undefined;
}

interface Reading {
  readonly ask: Ask;
  readonly interners: Interners;
  readonly marker: string;
}

/** What moves when an entry changes: Active Directory, OpenLDAP, everybody else. */
const MARKERS = ['uSNChanged', 'entryCSN', 'modifyTimestamp'];
const MAX_READS = 3;
const TORN = 'torn';

/** All values of the member attributes, from one moment; or why they are unknown. Never a part of them. */
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
    return unknownMembers(`it shows none of ${MARKERS.join(', ')}, so its ranges may not fit`);
  const reading = { ask, interners, marker };
  const parts: MemberValues[] = [];
  for (const attribute of attributes) {
    const part = await readAttribute(reading, first, attribute);
    if (part === TORN) return TORN;
    parts.push(part);
  }
  if (markerOf(await ask(MARKERS)) !== marker) return TORN;
  const values = joinMemberValues(parts);
  if (values.unknown !== undefined || values.dns.length + values.usernames.length > 0) return values;
  return unknownMembers('the server gave a range of its members at first, and then none at all');
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

/** The range of an attribute that begins at `from`, or what is wrong with what came. */
function rangeOf(entry: Entry, attribute: string, from: number): Range | string {
  const [name, ...others] = rangesOf(entry, attribute);
  if (name === undefined)
    return from === 0
      ? { name: attribute, next: undefined }
      : `no range of ${attribute} came from ${from} on`;
  if (others.length > 0 || hasValues(entry, attribute)) return `several ranges of ${attribute} came at once`;
  const [, low, high = ''] = /;range=(\d{1,9})-(\d{1,9}|\*)$/.exec(name) ?? [];
  if (low === undefined) return `${name} is no range`;
  if (Number(low) !== from) return `${name} came where a range from ${from} on was due`;
  const count = countValues(entry, name);
  const last = from + count - 1;
  if (count === 0 || (high !== '*' && Number(high) !== last)) return `${name} came with ${count} values`;
  return { name, next: high === '*' ? undefined : last + 1 };
}

function markerOf(entry: Entry): string {
  return MARKERS.flatMap(name => textsOf(entry, name).map(value => `${name}=${value}`)).join(' ');
}
