/** The directory's own identity of an entry, brought to one form: a canonical UUID in lower case. */
import type { ExternalId } from '../model.ts';
import { type Entry, textOf, valuesOf } from './entry.ts';

const HEX = /^[0-9a-f]{32}$/;

/** What identifies an entry, or why nothing does. Several values identify nothing. */
export function entryId(entry: Entry, attribute: string): ExternalId | undefined {
  const [value, ...others] = valuesOf(entry, attribute);
  if (value === undefined || others.length > 0) return undefined;
  return attribute.toLowerCase() === 'objectguid' && value.length === 16
    ? guidFromBytes(value)
    : uuidFromText(value);
}

/**
 * Sixteen bytes with the first three fields little-endian (MS-DTYP 2.3.4.2):
 * 01 02 … 10 is 04030201-0605-0807-090a-0b0c0d0e0f10.
 */
function guidFromBytes(bytes: Buffer): ExternalId {
  const swapped = Buffer.from(bytes);
  swapped.subarray(0, 4).reverse();
  swapped.subarray(4, 6).reverse();
  swapped.subarray(6, 8).reverse();
  return hyphenate(swapped.toString('hex'));
}

/** Also 389's nsUniqueId (8-8-8-8), braces, upper case, no hyphens. */
function uuidFromText(value: Buffer): ExternalId | undefined {
  const hex = textOf(value)
    ?.trim()
    .toLowerCase()
    .replace(/^\{|\}$|-/g, '');
  return hex !== undefined && HEX.test(hex) ? hyphenate(hex) : undefined;
}

function hyphenate(hex: string): ExternalId {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

interface Identified {
  readonly externalId: ExternalId | undefined;
  readonly idIssue?: 'source_id_missing' | 'duplicate_id';
}

/** Marks what has no identity or shares it with another; nothing may be decided about either. */
export function withIdIssues<T extends Identified>(entries: readonly T[]): T[] {
  const seen = new Set<ExternalId>();
  const shared = new Set<ExternalId>();
  for (const { externalId } of entries) {
    if (externalId === undefined) continue;
    if (seen.has(externalId)) shared.add(externalId);
    seen.add(externalId);
  }
  return entries.map(entry => {
    if (entry.externalId === undefined) return { ...entry, idIssue: 'source_id_missing' };
    if (shared.has(entry.externalId)) return { ...entry, externalId: undefined, idIssue: 'duplicate_id' };
    return entry;
  });
}
