/** The entries of an in-process server: immutable, with lower-case attribute names. */
import { matchKey } from '../protocol/matching.ts';

export interface Attribute {
  /** The attribute name as first written. */
  readonly name: string;
  readonly values: readonly Buffer[];
  /** The values as filters compare them; computed when first needed. */
  matchKeys(): readonly string[];
}

export interface Entry {
  readonly dn: string;
  readonly key: string;
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** Sent only if requested by name or with "+". */
export const operationalTypes: ReadonlySet<string> = new Set([
  'contextcsn',
  'createtimestamp',
  'entrycsn',
  'entrydn',
  'entryuuid',
  'memberof',
  'modifytimestamp',
  'namingcontexts',
  'pwdaccountlockedtime',
  'supportedcontrol',
  'supportedextension',
  'supportedldapversion',
  'vendorname',
  'vendorversion',
]);

export function createAttribute(name: string, type: string, values: readonly Buffer[]): Attribute {
  let keys: readonly string[] | undefined;
  return { name, values, matchKeys: () => (keys ??= values.map(value => matchKey(type, value))) };
}
