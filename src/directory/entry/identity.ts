/** Converts the identity of an entry to one form: a canonical UUID in lower case. */
import type { ExternalId } from '../../model/snapshot.ts';
import { type Entry, soleText, valuesOf } from './entry.ts';

const HEX = /^[0-9a-f]{32}$/;

/** The identity of an entry; undefined if it has none. Several values do not identify an entry. */
export function entryId(entry: Entry, attribute: string): ExternalId | undefined {
  if (attribute.toLowerCase() === 'objectguid') {
    const [bytes, ...others] = valuesOf(entry, attribute);
    if (bytes?.length === 16 && others.length === 0) return guidFromBytes(bytes);
  }
  const text = soleText(entry, attribute);
  return text !== undefined && isCanonical(text) ? text : uuidFromText(text);
}

const HYPHEN = 0x2d;
const [ZERO, NINE, A, F] = [0x30, 0x39, 0x61, 0x66];

/** Lower-case hexadecimal as 8-4-4-4-12. Runs for every entry: a regular expression takes five times as long. */
function isCanonical(text: string): boolean {
  if (text.length !== 36) return false;
  for (let at = 0; at < 36; at += 1) {
    const code = text.charCodeAt(at);
    const isDigit = (code >= ZERO && code <= NINE) || (code >= A && code <= F);
    const isSeparator = at === 8 || at === 13 || at === 18 || at === 23;
    if (isSeparator ? code !== HYPHEN : !isDigit) return false;
  }
  return true;
}

/**
 * Sixteen bytes with the first three fields in little-endian order (MS-DTYP 2.3.4.2): 01 02 … 10 is
 * 04030201-0605-0807-090a-0b0c0d0e0f10.
 */
function guidFromBytes(bytes: Buffer): ExternalId {
  return hyphenate(guidBytes(bytes.toString('hex')).toString('hex'));
}

/** Sixteen bytes in the order of the text, as OpenLDAP sends entryUUID in controls. */
export function uuidOfBytes(bytes: Buffer): ExternalId {
  return hyphenate(bytes.toString('hex'));
}

/** Accepts 389's nsUniqueId (8-8-8-8), braces, upper case, and missing hyphens. */
function uuidFromText(text: string | undefined): ExternalId | undefined {
  const hex = text
    ?.trim()
    .toLowerCase()
    .replace(/^\{|\}$|-/g, '');
  return hex !== undefined && HEX.test(hex) ? hyphenate(hex) : undefined;
}

function hyphenate(hex: string): ExternalId {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * The value of an identity in the directory, for a search: the bytes of objectGUID, 389's 8-8-8-8, or the text itself.
 * The inverse of `entryId`.
 */
export function identityValue(id: ExternalId, attribute: string): Buffer {
  const hex = id.replaceAll('-', '');
  switch (attribute.toLowerCase()) {
    case 'objectguid':
      return guidBytes(hex);
    case 'nsuniqueid':
      return Buffer.from(hex.replace(/(.{8})(?=.)/g, '$1-'));
    default:
      return Buffer.from(id);
  }
}

function guidBytes(hex: string): Buffer {
  const bytes = Buffer.from(hex, 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

interface Identified {
  readonly externalId: ExternalId | undefined;
  readonly idIssue?: 'source_id_missing' | 'duplicate_id';
  readonly sharedId?: ExternalId;
}

/**
 * Marks entries without an identity, or with one that another entry also has. Nothing may be decided about them.
 * @param shared the identities that more than one entry has
 */
export function withIdIssues<T extends Identified>(
  entries: readonly T[],
  shared: ReadonlySet<ExternalId>,
): T[] {
  return entries.map(entry => {
    if (entry.externalId === undefined) return { ...entry, idIssue: 'source_id_missing' };
    if (shared.has(entry.externalId)) {
      const sharedId = entry.externalId;
      return { ...entry, externalId: undefined, idIssue: 'duplicate_id', sharedId };
    }
    return entry;
  });
}
