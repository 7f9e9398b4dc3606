/**
 * Comparison keys of distinguished names. Letter case, spaces, escapes, the order inside a multi-valued RDN and the
 * spelling of attribute types make no difference, as in a directory (RFC 4517 distinguishedNameMatch with
 * caseIgnoreMatch, prepared as RFC 4518 and OpenLDAP's UTF8bvnormalize do: NFKC, letter case, spaces collapsed).
 */
import { type Assertion, parseDn, type Rdn } from './dn-parser.ts';
import { normalise } from './normalise.ts';

/** Other names of the attribute types that occur in DNs (RFC 4514 section 3, RFC 4519), in lower case. */
const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'cn'],
  ['commonname', 'cn'],
  ['2.5.4.4', 'sn'],
  ['surname', 'sn'],
  ['2.5.4.5', 'serialnumber'],
  ['2.5.4.6', 'c'],
  ['countryname', 'c'],
  ['2.5.4.7', 'l'],
  ['localityname', 'l'],
  ['2.5.4.8', 'st'],
  ['stateorprovincename', 'st'],
  ['2.5.4.9', 'street'],
  ['streetaddress', 'street'],
  ['2.5.4.10', 'o'],
  ['organizationname', 'o'],
  ['2.5.4.11', 'ou'],
  ['organizationalunitname', 'ou'],
  ['2.5.4.42', 'givenname'],
  ['gn', 'givenname'],
  ['0.9.2342.19200300.100.1.1', 'uid'],
  ['userid', 'uid'],
  ['0.9.2342.19200300.100.1.3', 'mail'],
  ['rfc822mailbox', 'mail'],
  ['0.9.2342.19200300.100.1.25', 'dc'],
  ['domaincomponent', 'dc'],
  ['1.2.840.113549.1.9.1', 'email'],
  ['emailaddress', 'email'],
]);

/**
 * Matches nearly every DN: printable ASCII, no escapes, spaces only inside values, and types too short to have another
 * name (hence {1,4} and not `gn`). The key of such a DN is the DN in lower case. This fast path serves half a million
 * member values.
 */
const { source: plain } = /(?!gn=)[a-z]{1,4}=[!$-*\-./0-:<-[\]-~]+(?: [!$-*\-./0-:<-[\]-~]+)*/;
const PLAIN = new RegExp(`^${plain}(?:,${plain})*$`, 'i');
const PLAIN_RDN = new RegExp(`^${plain}$`, 'i');
/**
 * Written as `\2c` and so on. So a comma in a key always separates two RDNs, and a key is itself a DN whose key is the
 * same text.
 */
const RESERVED = /[\\,+;"]|^#/g;

/** The keys of DNs that must be parsed, because a plan compares the same DNs many times. */
const parsed = new Map<string, string>();
const MAX_PARSED = 10_000;
const LONGEST_KEPT = 512;

/** The key of a DN; undefined if the text is not a DN. DNs with equal keys name the same entry. */
export function dnKey(text: string): string | undefined {
  if (PLAIN.test(text)) return text.toLowerCase();
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const rdns = readDn(text);
  const key = rdns && rdnsKey(rdns);
  if (parsed.size === MAX_PARSED) parsed.clear();
  if (key !== undefined && text.length <= LONGEST_KEPT) parsed.set(text, key);
  return key;
}

/** Whether the key of an RDN is the RDN in lower case, as for nearly all RDNs. Any other RDN must be parsed. */
export function isPlainRdn(text: string): boolean {
  return PLAIN_RDN.test(text);
}

/** Parses a DN; undefined if the text is not a DN. */
export function readDn(text: string): Rdn[] | undefined {
  try {
    return parseDn(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The key of a parsed DN. */
function rdnsKey(rdns: readonly Rdn[]): string {
  return rdns.map(rdn => rdn.map(assertionKey).toSorted().join('+')).join(',');
}

/** Whether an entry is the ancestor itself or lies below it. Both are given as keys. */
export function isUnder(key: string, ancestorKey: string): boolean {
  return ancestorKey === '' || key === ancestorKey || key.endsWith(`,${ancestorKey}`);
}

/** The canonical name of an attribute type: lower case, OIDs and long names replaced. */
export function typeName(type: string): string {
  const lower = type.toLowerCase();
  return TYPE_NAMES.get(lower) ?? lower;
}

/** A value prepared as caseIgnoreMatch compares it. */
export function matchingText(value: string): string {
  return normalise(fold(normalise(value, 'NFKC')), 'NFKC')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * Case folding through upper case, one letter for one: OpenLDAP holds ß and ss as different, so that their DNs are two
 * entries. Dotless i is excluded as well: its upper case is I, but it is a different letter than i.
 */
function fold(value: string): string {
  const lower = value.toLowerCase();
  const upper = lower.toUpperCase();
  const isSimple = upper.length === lower.length && !lower.includes('ı');
  return isSimple ? upper.toLowerCase() : Array.from(lower, foldLetter).join('');
}

function foldLetter(letter: string): string {
  const upper = letter.toUpperCase();
  return letter === 'ı' || upper.length > letter.length ? letter : upper.toLowerCase();
}

function assertionKey({ type, value, encoded }: Assertion): string {
  return `${typeName(type)}=${encoded ? value : matchingText(value).replace(RESERVED, escapeReserved)}`;
}

function escapeReserved(character: string): string {
  return `\\${character.charCodeAt(0).toString(16)}`;
}
