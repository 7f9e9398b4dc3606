/**
 * The comparison of attribute values. There is no schema: special attributes are listed here (RFC 4517, 4519, 2307).
 */
import { dnKey } from '../../text/dn-key.ts';

const dnTypes = new Set([
  'distinguishedname',
  'entrydn',
  'manager',
  'member',
  'memberof',
  'owner',
  'roleoccupant',
  'seealso',
  'uniquemember',
]);
const exactTypes = new Set(['homedirectory', 'loginshell', 'memberuid', 'memberurl', 'labeleduri']);
const byteTypes = new Set(['jpegphoto', 'objectguid', 'objectsid', 'usercertificate', 'userpassword']);

/** A form of the value that is equal for matching values. `type`: an attribute name in lower case. */
export function matchKey(type: string, value: Buffer): string {
  if (byteTypes.has(type)) return value.toString('latin1');
  const text = value.toString();
  if (dnTypes.has(type)) return dnMatchKey(type, text);
  return exactTypes.has(type) ? text : folded(text).trim();
}

/** Like matchKey for a part of a value, where leading and trailing spaces count. */
export function partKey(type: string, value: Buffer): string {
  if (byteTypes.has(type)) return value.toString('latin1');
  return exactTypes.has(type) ? value.toString() : folded(value.toString());
}

/**
 * Negative, zero or positive if `a` is before, equal to or after `b`; both are match keys. Numbers are compared by
 * value.
 */
export function compareKeys(a: string, b: string): number {
  if (/^\d+$/.test(a) && /^\d+$/.test(b)) return Number(BigInt(a) - BigInt(b));
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ');
}

/** Values that are not DNs compare as text; the optional UID of a uniqueMember is ignored. */
function dnMatchKey(type: string, text: string): string {
  const dn = type === 'uniquemember' ? text.replace(/#'[01]*'B$/, '') : text;
  return dnKey(dn) ?? folded(text).trim();
}
