/**
 * Assigns a small number to each distinct DN when it is first seen, as an entry or as a member value. A DN is stored as
 * its first RDN and its parent, because the entries of a directory share few parents.
 */
import { dnKey, isPlainRdn } from '../../text/dn-key.ts';
import { addBytes, type ByteKey, type ByteTable, createByteTable, findBytes } from './byte-table.ts';
import type { Entry } from './entry.ts';
import { decodeText } from './values.ts';

export interface DnTable {
  /** First RDNs, with their parent as owner: one spelling for the key and one for each other spelling seen. */
  readonly rdns: ByteTable;
  /** Parents, by spelling. */
  readonly parents: ByteTable;
  readonly parentByKey: Map<string, number>;
  /** Parents that are not a valid DN, or have no RDN. A name below them is not a DN either. */
  readonly invalidParents: Set<number>;
  /** The first spelling of each DN, by number. */
  readonly texts: string[];
}

/** The owner of a spelling without a parent. */
const NO_PARENT = -1;

const [QUOTE, COMMA, SEMICOLON, BACKSLASH] = [0x22, 0x2c, 0x3b, 0x5c];

export function createDnTable(): DnTable {
  return {
    rdns: createByteTable(),
    parents: createByteTable(),
    parentByKey: new Map(),
    invalidParents: new Set(),
    texts: [],
  };
}

/** The number of an entry. A DN that is not UTF-8 gets a number of its own, because no member value can name it. */
export function internEntry(dns: DnTable, { dn, bytes, dnStart, dnEnd }: Entry): number {
  const text = dn.includes('\uFFFD') ? undefined : dn;
  const number = internDn(dns, bytes, dnStart, dnEnd, text) ?? dns.texts.length;
  // From now on, the entry and the values that name it share one string.
  dns.texts[number] = dn;
  return number;
}

/**
 * The number of the DN in these bytes; undefined if they are not UTF-8. A text that is not a DN gets a number that no
 * DN has.
 * @param text the bytes as text, if the caller already has it
 */
export function internDn(
  dns: DnTable,
  bytes: Buffer,
  start: number,
  end: number,
  text?: string,
): number | undefined {
  const rdnEnd = endOfRdn(bytes, start, end);
  const owner = rdnEnd === end ? NO_PARENT : internParent(dns, bytes, rdnEnd + 1, end);
  if (owner === undefined) return undefined;
  const rdn: ByteKey = { owner, bytes, start, end: rdnEnd };
  const known = findBytes(dns.rdns, rdn);
  if (known !== undefined) return known;
  const dn = text ?? decodeText(bytes, start, end);
  return dn === undefined ? undefined : addDn(dns, rdn, dn);
}

function addDn(dns: DnTable, rdn: ByteKey, dn: string): number {
  const text = rdn.bytes.toString('utf8', rdn.start, rdn.end);
  const isPlain = !dns.invalidParents.has(rdn.owner) && isPlainRdn(text);
  const number = isPlain ? nextNumber(dns, dn) : internByKey(dns, rdn.owner, text, dn);
  addBytes(dns.rdns, rdn, number);
  return number;
}

/**
 * Finds the number by key: `cn=Smith\2C J` equals `cn=smith\, j`. A quoted DN arrives here whole, and its key has a
 * parent.
 */
function internByKey(dns: DnTable, owner: number, rdn: string, dn: string): number {
  const key = dns.invalidParents.has(owner) ? undefined : dnKey(rdn);
  if (!key) return nextNumber(dns, dn);
  const bytes = Buffer.from(key);
  if (key.includes(',')) return internDn(dns, bytes, 0, bytes.length, dn) ?? nextNumber(dns, dn);
  const spelling: ByteKey = { owner, bytes, start: 0, end: bytes.length };
  const known = findBytes(dns.rdns, spelling);
  if (known !== undefined) return known;
  const number = nextNumber(dns, dn);
  addBytes(dns.rdns, spelling, number);
  return number;
}

function nextNumber({ texts }: DnTable, dn: string): number {
  return texts.push(dn) - 1;
}

function internParent(dns: DnTable, bytes: Buffer, start: number, end: number): number | undefined {
  const spelling: ByteKey = { owner: NO_PARENT, bytes, start, end };
  const known = findBytes(dns.parents, spelling);
  if (known !== undefined) return known;
  const text = decodeText(bytes, start, end);
  if (text === undefined) return undefined;
  const key = dnKey(text) || undefined;
  const distinct = key ?? `\0${text}`;
  const number = dns.parentByKey.get(distinct) ?? dns.parentByKey.size;
  dns.parentByKey.set(distinct, number);
  if (key === undefined) dns.invalidParents.add(number);
  addBytes(dns.parents, spelling, number);
  return number;
}

/** Where the first RDN ends: at a separator; at the end if there is none, or if quotes make the position uncertain. */
function endOfRdn(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === COMMA || byte === SEMICOLON) return at;
    if (byte === QUOTE) return end;
    if (byte === BACKSLASH) at += 1;
  }
  return end;
}
