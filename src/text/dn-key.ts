/**
 * Keys under which distinguished names compare as a directory compares them: case, spaces, escapes, the order inside a
 * multi-valued RDN and the spelling of attribute types make no difference (RFC 4517 distinguishedNameMatch with
 * caseIgnoreMatch, prepared as RFC 4518 and OpenLDAP's UTF8bvnormalize do: NFKC, case-folded, spaces squeezed).
 */
import { type Assertion, parseDn, type Rdn } from './dn-parser.ts';
import { normalise } from './normalise.ts';

/** Other names of the types that occur in DNs (RFC 4514 section 3, RFC 4519), lower case. */
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
 * Nearly every DN: printable ASCII, nothing escaped, spaces only inside values, and types too short to have another
 * name (hence {1,4} and not `gn`). Lower-casing such a DN gives its key; half a million member values take this way.
 */
const { source: plain } = /(?!gn=)[a-z]{1,4}=[!$-*\-./0-:<-[\]-~]+(?: [!$-*\-./0-:<-[\]-~]+)*/;
const PLAIN = new RegExp(`^${plain}(?:,${plain})*$`, 'i');
const PLAIN_RDN = new RegExp(`^${plain}$`, 'i');
/**
 * Written as `\2c` and so on: a comma in a key always parts two RDNs, and a key is a DN itself, with itself as its key.
 */
const RESERVED = /[\\,+;"]|^#/g;

/** The key of a DN, or undefined when the text is none. Equal keys mean the same entry. */
export function dnKey(text: string): string | undefined {
  if (PLAIN.test(text)) return text.toLowerCase();
  const rdns = readDn(text);
  return rdns && rdnsKey(rdns);
}

/** Whether an RDN is as plain as nearly all are: its key is itself in lower case. Any other has to be taken apart. */
export function isPlainRdn(text: string): boolean {
  return PLAIN_RDN.test(text);
}

/** A DN taken apart, or undefined when the text is none. */
export function readDn(text: string): Rdn[] | undefined {
  try {
    return parseDn(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The key of a DN that is already taken apart. */
function rdnsKey(rdns: readonly Rdn[]): string {
  return rdns.map(rdn => rdn.map(assertionKey).toSorted().join('+')).join(',');
}

/** Whether an entry is the other one or lies below it; both given as keys. */
export function isUnder(key: string, ancestorKey: string): boolean {
  return ancestorKey === '' || key === ancestorKey || key.endsWith(`,${ancestorKey}`);
}

/** The name by which a type is known here: lower case, OIDs and long names replaced. */
export function typeName(type: string): string {
  const lower = type.toLowerCase();
  return TYPE_NAMES.get(lower) ?? lower;
}

/** A text value as caseIgnoreMatch sees it. */
export function matchingText(value: string): string {
  return normalise(fold(normalise(value, 'NFKC')), 'NFKC')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Full case folding, by way of upper case. Dotless i is kept out of it: i's upper case is its own, yet it is no i. */
function fold(value: string): string {
  const lower = value.toLowerCase();
  if (!lower.includes('ı')) return lower.toUpperCase().toLowerCase();
  const parts = lower.split('ı');
  return parts.map(part => part.toUpperCase().toLowerCase()).join('ı');
}

function assertionKey({ type, value, encoded }: Assertion): string {
  return `${typeName(type)}=${encoded ? value : matchingText(value).replace(RESERVED, escapeReserved)}`;
}

function escapeReserved(character: string): string {
  return `\\${character.charCodeAt(0).toString(16)}`;
}
