/**
 * Each distinct DN becomes a small number the first time it is seen, as an entry or as a member value. A DN is known by
 * its first RDN and by its parent, because the entries of a directory have few parents between them.
 */
import { dnKey, isPlainRdn } from '../../text/dn-key.ts';
import { addSpelling, findSpelling, noSpellings, type Spelling, type Spellings } from './byte-table.ts';
import type { Entry } from './entry.ts';
import { decodeText } from './values.ts';

export interface InternedDns {
  /** First RDNs, owned by their parents: as their keys are spelled, and in every other way that was met. */
  readonly rdns: Spellings;
  /** Parents as they were spelled. */
  readonly parents: Spellings;
  readonly parentByKey: Map<string, number>;
  /** Parents that are no DN, or have no RDN: what is below them is no DN either. */
  readonly barren: Set<number>;
  /** How a DN was spelled when it was first seen, by number. */
  readonly texts: string[];
}

/** Owner of what has no parent. */
const NO_PARENT = -1;

const [QUOTE, COMMA, SEMICOLON, BACKSLASH] = [0x22, 0x2c, 0x3b, 0x5c];

export function startInterningDns(): InternedDns {
  return {
    rdns: noSpellings(),
    parents: noSpellings(),
    parentByKey: new Map(),
    barren: new Set(),
    texts: [],
  };
}

/** The number of an entry; one of its own when its DN is no UTF-8, for no member value can name it then. */
export function internEntry(dns: InternedDns, { dn, bytes, dnStart, dnEnd }: Entry): number {
  const text = dn.includes('\uFFFD') ? undefined : dn;
  const number = internDn(dns, bytes, dnStart, dnEnd, text) ?? dns.texts.length;
  // From here on one string serves the entry and the values that name it.
  dns.texts[number] = dn;
  return number;
}

/**
 * The number of the DN that some bytes spell; undefined when they are no UTF-8. A text that is no DN gets a number that
 * no DN ever gets.
 * @param text what they spell, where that is known already
 */
export function internDn(
  dns: InternedDns,
  bytes: Buffer,
  start: number,
  end: number,
  text?: string,
): number | undefined {
  const rdnEnd = endOfRdn(bytes, start, end);
  const owner = rdnEnd === end ? NO_PARENT : internParent(dns, bytes, rdnEnd + 1, end);
  if (owner === undefined) return undefined;
  const rdn: Spelling = { owner, bytes, start, end: rdnEnd };
  const known = findSpelling(dns.rdns, rdn);
  if (known !== undefined) return known;
  const dn = text ?? decodeText(bytes, start, end);
  return dn === undefined ? undefined : addDn(dns, rdn, dn);
}

function addDn(dns: InternedDns, rdn: Spelling, dn: string): number {
  const text = rdn.bytes.toString('utf8', rdn.start, rdn.end);
  const isPlain = !dns.barren.has(rdn.owner) && isPlainRdn(text);
  const number = isPlain ? nextNumber(dns, dn) : internOdd(dns, rdn.owner, text, dn);
  addSpelling(dns.rdns, rdn, number);
  return number;
}

/** By the key: `cn=Smith\2C J` is `cn=smith\, j`. A quoted DN comes here whole, and its key has a parent. */
function internOdd(dns: InternedDns, owner: number, rdn: string, dn: string): number {
  const key = dns.barren.has(owner) ? undefined : dnKey(rdn);
  if (!key) return nextNumber(dns, dn);
  const bytes = Buffer.from(key);
  if (key.includes(',')) return internDn(dns, bytes, 0, bytes.length, dn) ?? nextNumber(dns, dn);
  const spelling: Spelling = { owner, bytes, start: 0, end: bytes.length };
  const known = findSpelling(dns.rdns, spelling);
  if (known !== undefined) return known;
  const number = nextNumber(dns, dn);
  addSpelling(dns.rdns, spelling, number);
  return number;
}

function nextNumber({ texts }: InternedDns, dn: string): number {
  return texts.push(dn) - 1;
}

function internParent(dns: InternedDns, bytes: Buffer, start: number, end: number): number | undefined {
  const spelling: Spelling = { owner: NO_PARENT, bytes, start, end };
  const known = findSpelling(dns.parents, spelling);
  if (known !== undefined) return known;
  const text = decodeText(bytes, start, end);
  if (text === undefined) return undefined;
  const key = dnKey(text) || undefined;
  const distinct = key ?? `\0${text}`;
  const number = dns.parentByKey.get(distinct) ?? dns.parentByKey.size;
  dns.parentByKey.set(distinct, number);
  if (key === undefined) dns.barren.add(number);
  addSpelling(dns.parents, spelling, number);
  return number;
}

/** Where the first RDN ends: at a separator, or at the end where there is none, or quotes make it hard to tell. */
function endOfRdn(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === COMMA || byte === SEMICOLON) return at;
    if (byte === QUOTE) return end;
    if (byte === BACKSLASH) at += 1;
  }
  return end;
}
