/** Reads single BER values, and throws MalformedMessage for input that ends too early. */
import type { BerReader } from 'ldapts';

/** Bytes that are not the expected LDAP message; the connection cannot be used any further. */
export class MalformedMessage extends Error {
  override name = 'MalformedMessage';
}

/** The value of a reader. Throws MalformedMessage for null, which readers return if their input ends too early. */
export function present<T>(value: T | null): T {
  if (value === null) throw new MalformedMessage('The message ends too early');
  return value;
}

/** Reads a constructed value: `readItem` is called until its content is consumed. */
export function readAll<T>(reader: BerReader, tag: number, readItem: () => T): T[] {
  const items: T[] = [];
  const end = enter(reader, tag);
  while (reader.offset < end) {
    const { offset } = reader;
    items.push(readItem());
    if (reader.offset <= offset) throw new MalformedMessage('An element has no end');
  }
  return items;
}

/** Enters a constructed value and returns the offset of its end. */
export function enter(reader: BerReader, tag?: number): number {
  present(reader.readSequence(tag));
  return reader.offset + reader.length;
}

/** The next octet string as bytes. */
export function readBytes(reader: BerReader, tag = 0x04): Buffer {
  return present(reader.readString(tag, true));
}

/** The next octet string as UTF-8 text. */
export function readText(reader: BerReader, tag = 0x04): string {
  return present(reader.readString(tag));
}
