/** Entries as they come from the wire: attributes without regard to letter case, every value as its bytes. */
import { isUtf8 } from 'node:buffer';
import { Ber, BerReader, ProtocolOperation } from 'ldapts';
import { DirectoryError } from '../errors.ts';
import { matchingText, readDn, typeName } from './dn-key.ts';

export interface Entry {
  readonly dn: string;
  /** By attribute description in lower case, options included (`member;range=0-1499`). */
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
}

const NONE: readonly Buffer[] = [];

/** Decodes one SearchResultEntry message (RFC 4511 section 4.5.2). */
export function readEntry(frame: Buffer): Entry {
  const reader = new BerReader(frame);
  reader.readSequence();
  reader.readInt();
  reader.readSequence(ProtocolOperation.LDAP_RES_SEARCH_ENTRY);
  const dn = reader.readString() ?? '';
  reader.readSequence();
  const end = reader.offset + reader.length;
  const attributes = new Map<string, readonly Buffer[]>();
  while (reader.offset < end) {
    reader.readSequence();
    const name = (reader.readString() ?? '').toLowerCase();
    const values = readValues(reader);
    const before = attributes.get(name);
    attributes.set(name, before ? [...before, ...values] : values);
  }
  return { dn, attributes };
}

function readValues(reader: BerReader): Buffer[] {
  reader.readSequence(ProtocolOperation.LBER_SET);
  const end = reader.offset + reader.length;
  const values: Buffer[] = [];
  while (reader.offset < end) {
    const value = reader.readString(Ber.OctetString, true);
    if (value === null)
      throw new DirectoryError('malformed', 'A value is longer than the message that holds it.');
    values.push(value);
  }
  return values;
}

/** All values of an attribute; none when it is absent. `name` in any letter case, without options. */
export function valuesOf(entry: Entry, name: string): readonly Buffer[] {
  return entry.attributes.get(name.toLowerCase()) ?? NONE;
}

/** Whether the server gave only a range of the values (Active Directory above MaxValRange, MS-ADTS 3.1.1.3.1.3.3). */
export function isRanged(entry: Entry, name: string): boolean {
  const start = `${name.toLowerCase()};range=`;
  for (const key of entry.attributes.keys()) if (key.startsWith(start)) return true;
  return false;
}

/** A value as text, or undefined where its bytes are no UTF-8. */
export function textOf(value: Buffer): string | undefined {
  return isUtf8(value) ? value.toString('utf8') : undefined;
}

/** The values that are text, in the server's order. */
export function textsOf(entry: Entry, name: string): string[] {
  return valuesOf(entry, name).flatMap(value => textOf(value) ?? []);
}

/** The first value that is text. */
export function firstText(entry: Entry, name: string): string | undefined {
  const [only, ...others] = valuesOf(entry, name);
  if (only !== undefined && others.length === 0) return textOf(only);
  return textsOf(entry, name)[0];
}

/** The value that names the entry: of several, the one in its DN, because LDAP values have no order. */
export function namingText(entry: Entry, name: string): string | undefined {
  const texts = textsOf(entry, name);
  if (texts.length < 2) return texts[0];
  const own = readDn(entry.dn)?.[0]?.find(assertion => typeName(assertion.type) === typeName(name));
  const wanted = own && matchingText(own.value);
  return texts.find(text => matchingText(text) === wanted) ?? texts[0];
}
