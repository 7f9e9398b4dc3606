import type { BerReader } from 'ldapts';

/** Bytes that are not the LDAP message they should be; the connection cannot be trusted any further. */
export class MalformedMessage extends Error {
  override name = 'MalformedMessage';
}

/** A reader answers null where its input ends too early. */
export function present<T>(value: T | null): T {
  if (value === null) throw new MalformedMessage('The message ends too early');
  return value;
}

/** Reads a constructed value: `readItem` is called until its content is used up. */
export function readAll<T>(reader: BerReader, tag: number, readItem: () => T): T[] {
  const items: T[] = [];
  const end = enter(reader, tag);
  while (reader.offset < end) items.push(readItem());
  return items;
}

/** Steps into a constructed value and says at which offset it ends. */
export function enter(reader: BerReader, tag?: number): number {
  present(reader.readSequence(tag));
  return reader.offset + reader.length;
}

/** The octet string that comes next, as bytes. */
export function readBytes(reader: BerReader, tag = 0x04): Buffer {
  return present(reader.readString(tag, true));
}

/** The octet string that comes next, as UTF-8 text. */
export function readText(reader: BerReader, tag = 0x04): string {
  return present(reader.readString(tag));
}
