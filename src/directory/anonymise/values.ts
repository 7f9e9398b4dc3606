/** Replaces the values of attributes. Numbers, times and switches that a plan interprets stay, and the words of the schema. */
import { isUtf8 } from 'node:buffer';
import type { Digit, Permute } from './permutation.ts';
import { replaceHex } from './words.ts';

export interface ValueRules {
  readonly permute: Permute;
  readonly text: (text: string) => string;
  /** Whether the configuration names entries by this attribute (lower case). */
  readonly isName: (type: string) => boolean;
}

const SCHEMA: readonly string[] = ['objectclass', 'vendorname', 'vendorversion'];
const SCHEMA_BEGINNING = 'supported';
/** Numbers, times, change sequence numbers and switches. */
const FACTS: readonly string[] = [
  'useraccountcontrol accountexpires msds-useraccountdisabled nsaccountlock logindisabled ds-pwp-account-disabled',
  'ibm-pwdaccountlocked orclisenabled orclactivestartdate orclactiveenddate pwdaccountlockedtime pwdstarttime pwdendtime',
  'krbprincipalexpiration loginexpirationtime ds-pwp-account-activation-time ds-pwp-account-expiration-time shadowexpire',
  'grouptype samaccounttype createtimestamp modifytimestamp whencreated whenchanged entrycsn contextcsn lastusn',
  'highestcommittedusn currenttime usnchanged usncreated',
].flatMap(line => line.split(' '));
const DEFINITIONS = 'attributetypes';

/** Replaces a value. `name`: its attribute, which may have options. */
export function mapValue(rules: ValueRules, name: string, bytes: Buffer): Buffer {
  const type = name.toLowerCase().replace(/;.*$/s, '');
  if (SCHEMA.includes(type) || type.startsWith(SCHEMA_BEGINNING)) return bytes;
  if (FACTS.includes(type) && !rules.isName(type)) return bytes;
  if (type === 'objectguid' && bytes.length === GUID_BYTES) return mapGuid(rules, bytes);
  if (type === 'objectsid' && isSid(bytes)) return mapSid(rules, bytes);
  if (!isUtf8(bytes)) return mapBytes(rules, bytes);
  const text = bytes.toString();
  if (type === DEFINITIONS) return Buffer.from(withoutDescription(text));
  if (type === 'primarygroupid' && /^\d+$/.test(text))
    return Buffer.from(`${mapRelativeId(rules, Number(text))}`);
  return Buffer.from(rules.text(text));
}

/** The definition of an attribute type, of which only the number and the names are read. */
function withoutDescription(definition: string): string {
  const [names] = /^\(\s*[\d.]+\s(?:.*?\bNAME\s+(?:'[^']*'|\([^)]*\)))?/s.exec(definition) ?? ['( '];
  return `${names} )`;
}

const GUID_BYTES = 16;

/** In the order of the text of the identity, so that both get the same pseudonym. */
function mapGuid({ permute }: ValueRules, bytes: Buffer): Buffer {
  return guidOrder(Buffer.from(replaceHex(permute, guidOrder(bytes).toString('hex')), 'hex'));
}

/** The first three fields are in little-endian order (MS-DTYP 2.3.4.2). */
function guidOrder(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.subarray(0, 4).reverse();
  copy.subarray(4, 6).reverse();
  copy.subarray(6, 8).reverse();
  return copy;
}

const SID_HEADER = 8;
const RELATIVE_ID = 4;

function isSid(bytes: Buffer): boolean {
  return (
    bytes[0] === 1 && bytes.length === SID_HEADER + RELATIVE_ID * (bytes[1] ?? 0) && bytes.length > SID_HEADER
  );
}

/** The last part is the number by which accounts name their primary group. */
function mapSid(rules: ValueRules, sid: Buffer): Buffer {
  const end = sid.length - RELATIVE_ID;
  const domain = rules.permute([...sid.subarray(SID_HEADER, end)].map(byte), 'domain');
  const number = Buffer.alloc(RELATIVE_ID);
  number.writeUInt32LE(mapRelativeId(rules, sid.readUInt32LE(end)));
  return Buffer.concat([sid.subarray(0, SID_HEADER), Buffer.from(domain), number]);
}

/** The numbers of built-in accounts and groups are the same everywhere. */
const FIRST_OWN = 1_000;
const PLACES = 9;

function mapRelativeId({ permute }: ValueRules, id: number): number {
  if (id < FIRST_OWN || id >= 10 ** PLACES) return id;
  const digits = Array.from(`${id}`.padStart(PLACES, '0'), digit => ({ value: Number(digit), size: 10 }));
  const numberOf = (values: readonly number[]) => Number(values.join(''));
  return numberOf(permute(digits, 'relative identifier', values => numberOf(values) >= FIRST_OWN));
}

function byte(value: number): Digit {
  return { value, size: 256 };
}

/** Letters, digits and bytes beyond ASCII are replaced by their like. What is not UTF-8 stays invalid. */
export function mapBytes({ permute }: Pick<ValueRules, 'permute'>, bytes: Buffer): Buffer {
  const kinds = Array.from(bytes, value =>
    BYTES.find(([from, size]) => value >= from && value < from + size),
  );
  const written = (values: readonly number[]) => {
    let at = 0;
    return Buffer.from(
      Array.from(bytes, (value, index) => {
        const kind = kinds[index];
        if (kind === undefined) return value;
        const other = values[at] ?? 0;
        at += 1;
        return kind[0] + other;
      }),
    );
  };
  const digits = kinds.flatMap((kind, index) =>
    kind === undefined ? [] : [{ value: (bytes[index] ?? 0) - kind[0], size: kind[1] }],
  );
  return written(permute(digits, 'bytes', values => !isUtf8(written(values))));
}

/** The first byte and the number of bytes of a kind. */
const BYTES: readonly (readonly [number, number])[] = [
  [0x30, 10],
  [0x41, 26],
  [0x61, 26],
  [0x80, 128],
];
