/** Denies everyone the right to read one attribute of one entry, with an access control entry before all others. */
import { Attribute, Change, type Client } from 'ldapts';

const EVERYBODY = Buffer.from('010100000000000100000000', 'hex');
/** ACCESS_DENIED_OBJECT_ACE (MS-DTYP 2.4.4.4) of RIGHT_DS_READ_PROPERTY for the attribute with this schemaIDGUID. */
function denial(schemaId: string): Buffer {
  const guid = Buffer.from(schemaId.replaceAll('-', ''), 'hex');
  guid.subarray(0, 4).reverse();
  guid.subarray(4, 6).reverse();
  guid.subarray(6, 8).reverse();
  const head = Buffer.alloc(12);
  head.writeUInt8(6, 0);
  head.writeUInt16LE(head.length + guid.length + EVERYBODY.length, 2);
  head.writeUInt32LE(0x10, 4);
  head.writeUInt32LE(1, 8);
  return Buffer.concat([head, guid, EVERYBODY]);
}

/** ACCESS_DENIED_ACE (MS-DTYP 2.4.4.4) of RIGHT_DS_LIST_CONTENTS. */
function listingDenial(): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(1, 0);
  head.writeUInt16LE(head.length + EVERYBODY.length, 2);
  head.writeUInt32LE(4, 4);
  return Buffer.concat([head, EVERYBODY]);
}

/** @returns what gives the right back */
export function denyReading(client: Client, dn: string, schemaId: string): Promise<() => Promise<void>> {
  return deny(client, dn, denial(schemaId));
}

/** Hides the entries in a container. @returns what gives the right back */
export function denyListing(client: Client, dn: string): Promise<() => Promise<void>> {
  return deny(client, dn, listingDenial());
}

async function deny(client: Client, dn: string, entry: Buffer): Promise<() => Promise<void>> {
  const name = 'nTSecurityDescriptor';
  const { searchEntries } = await client.search(dn, {
    scope: 'base',
    attributes: [name],
    explicitBufferAttributes: [name],
  });
  const before = searchEntries[0]?.[name];
  if (!Buffer.isBuffer(before)) throw new Error(`${dn} shows no ${name}`);
  const write = (value: Buffer) =>
    client.modify(
      dn,
      new Change({ operation: 'replace', modification: new Attribute({ type: name, values: [value] }) }),
    );
  await write(withFirst(before, entry));
  return () => write(before);
}

/** A self-relative descriptor (MS-DTYP 2.4.6) with one more entry at the beginning of its DACL. */
function withFirst(descriptor: Buffer, entry: Buffer): Buffer {
  const dacl = descriptor.readUInt32LE(16);
  const after = Buffer.concat([descriptor.subarray(0, dacl + 8), entry, descriptor.subarray(dacl + 8)]);
  after.writeUInt16LE(descriptor.readUInt16LE(dacl + 2) + entry.length, dacl + 2);
  after.writeUInt16LE(descriptor.readUInt16LE(dacl + 4) + 1, dacl + 4);
  // Owner, group and SACL are after it or before it.
  for (const at of [4, 8, 12]) {
    const place = descriptor.readUInt32LE(at);
    if (place > dacl) after.writeUInt32LE(place + entry.length, at);
  }
  // Entries for single attributes need revision 4.
  after.writeUInt8(4, dacl);
  return after;
}
