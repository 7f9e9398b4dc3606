/** Writes distinguished names (RFC 4514), also in unusual spellings that directories accept. */

export interface Pair {
  readonly type: string;
  readonly value: string;
}
export type Rdn = readonly Pair[];
/** Most specific RDN first. */
export type Dn = readonly Rdn[];

/** The spellings of one DN. `OID.2.5.4.3=` and `cn=#0c03…` are not among them, because OpenLDAP refuses these. */
export type Spelling =
  /** Special characters as `\,`; also `\=`, which only Samba needs. */
  | 'plain'
  /** Special characters as hex pairs, such as `\2C`. */
  | 'pairs'
  /** Every byte that is not a letter or digit as a hex pair. */
  | 'hex'
  /** Types and values in upper case. */
  | 'upper'
  /** Spaces around the separators. */
  | 'spaced'
  /** Types as numbers. */
  | 'oid'
  /** Values in NFC. */
  | 'composed'
  /** Values in quotes (RFC 2253 section 4). */
  | 'quoted'
  /** Semicolons between the RDNs. */
  | 'semicolons'
  /** The pairs of a multi-valued RDN in the opposite order. */
  | 'reversed';

const OIDS: Readonly<Record<string, string>> = {
  cn: '2.5.4.3',
  ou: '2.5.4.11',
  uid: '0.9.2342.19200300.100.1.1',
  dc: '0.9.2342.19200300.100.1.25',
  employeeNumber: '2.16.840.1.113730.3.1.3',
};

function hexPairs(text: string): string {
  return [...Buffer.from(text)].map(byte => `\\${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('');
}

function escaped(value: string): string {
  return value.replace(/[,+"\\<>;]|^[ #]| $/g, '\\$&').replace(/\p{Cc}/gu, hexPairs);
}

/** Upper case only if lower case restores the text: ß, ı and others have no such form. */
function upperCase(value: string): string {
  return Array.from(value, letter =>
    letter.toUpperCase().toLowerCase() === letter ? letter.toUpperCase() : letter,
  ).join('');
}

function writePair({ type, value }: Pair, spelling: Spelling): string {
  switch (spelling) {
    case 'plain':
      return `${type}=${escaped(value).replaceAll('=', '\\=')}`;
    case 'pairs':
      return `${type}=${value.replace(/[,+"\\<>;=]|^[ #]| $|\p{Cc}/gu, hexPairs)}`;
    case 'hex':
      return `${type}=${value.replace(/[^A-Za-z0-9]/gu, hexPairs)}`;
    case 'upper':
      return `${type.toUpperCase()}=${escaped(upperCase(value))}`;
    case 'spaced':
      return `${type} = ${escaped(value)}`;
    case 'oid':
      return `${OIDS[type] ?? type}=${escaped(value)}`;
    case 'composed':
      return `${type}=${escaped(value.normalize('NFC'))}`;
    case 'quoted':
      return `${type}="${value.replace(/["\\]/g, '\\$&')}"`;
    default:
      return `${type}=${escaped(value)}`;
  }
}

/** The text of one RDN. */
export function writeRdn(rdn: Rdn, spelling: Spelling = 'plain'): string {
  const pairs = rdn.map(pair => writePair(pair, spelling));
  return (spelling === 'reversed' ? pairs.reverse() : pairs).join(spelling === 'spaced' ? ' + ' : '+');
}

/** The text of a DN. */
export function writeDn(dn: Dn, spelling: Spelling = 'plain'): string {
  const separator = spelling === 'spaced' ? ' , ' : spelling === 'semicolons' ? ';' : ',';
  return dn.map(rdn => writeRdn(rdn, spelling)).join(separator);
}
