/** SearchResultEntry messages as a server sends them. */
import { BerWriter, ProtocolOperation } from 'ldapts';
import { type Entry, readEntry } from '../../../src/directory/entry/entry.ts';

/** An entry that was encoded and decoded as on the wire. */
export function entry(dn: string, attributes: Readonly<Record<string, readonly (string | Buffer)[]>>): Entry {
  const bytes = entryFrame(dn, attributes);
  return readEntry({ bytes, start: 0, end: bytes.length });
}

export function entryFrame(
  dn: string,
  attributes: Readonly<Record<string, readonly (string | Buffer)[]>>,
): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(7);
  writer.startSequence(ProtocolOperation.LDAP_RES_SEARCH_ENTRY);
  writer.writeString(dn);
  writer.startSequence();
  for (const [name, values] of Object.entries(attributes)) {
    writer.startSequence();
    writer.writeString(name);
    writer.startSequence(ProtocolOperation.LBER_SET);
    for (const value of values) writer.writeBuffer(Buffer.from(value), 4);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}
