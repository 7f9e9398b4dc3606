/** Encodes the responses of the in-process LDAP server. */
import { Ber, BerWriter, ProtocolOperation } from 'ldapts';
import {
  type ChangeNotice,
  changeTypes,
  type Done,
  type Operation,
  oid,
  type Reference,
  type SentEntry,
} from '../protocol.ts';

const referralTag = 0xa3;
const responseNameTag = 0x8a;
const responseValueTag = 0x8b;

const doneTags: Readonly<Record<Operation['op'], number>> = {
  bind: ProtocolOperation.LDAP_RES_BIND,
  search: ProtocolOperation.LDAP_RES_SEARCH,
  extended: ProtocolOperation.LDAP_RES_EXTENSION,
  add: ProtocolOperation.LDAP_RES_ADD,
  modify: ProtocolOperation.LDAP_RES_MODIFY,
  delete: ProtocolOperation.LDAP_RES_DELETE,
  rename: ProtocolOperation.LDAP_RES_MODRDN,
  compare: ProtocolOperation.LDAP_RES_COMPARE,
};

/** SearchResultEntry, RFC 4511 section 4.5.2. `change`: why a persistent search sends it. */
export function writeEntry(messageId: number, entry: SentEntry, change?: ChangeNotice): Buffer {
  return writeMessage(messageId, entrySize(entry), writer => {
    writer.startSequence(ProtocolOperation.LDAP_RES_SEARCH_ENTRY);
    writer.writeString(entry.dn);
    writer.startSequence();
    for (const { name, values } of entry.attributes) {
      writer.startSequence();
      writer.writeString(name);
      writer.startSequence(ProtocolOperation.LBER_SET);
      for (const value of values) writer.writeBuffer(value, Ber.OctetString);
      writer.endSequence();
      writer.endSequence();
    }
    writer.endSequence();
    writer.endSequence();
    if (change !== undefined) writeChangeControl(writer, change);
  });
}

/** SearchResultReference, RFC 4511 section 4.5.3. */
export function writeReference(messageId: number, { urls }: Reference): Buffer {
  return writeMessage(messageId, 1024, writer => {
    writer.startSequence(ProtocolOperation.LDAP_RES_SEARCH_REF);
    writer.writeStringArray([...urls]);
    writer.endSequence();
  });
}

/** The response that ends `op`, with its controls. */
export function writeDone(messageId: number, op: Operation['op'], done: Done): Buffer {
  return writeMessage(messageId, 1024, writer => {
    writer.startSequence(doneTags[op]);
    writeResult(writer, done);
    if (done.value !== undefined) writer.writeString(done.value, responseValueTag);
    writer.endSequence();
    if (done.cookie !== undefined) writePageControl(writer, done.cookie);
  });
}

/** The notice of disconnection, RFC 4511 section 4.4.1. */
export function writeDisconnection(code: number, message: string): Buffer {
  return writeMessage(0, 1024, writer => {
    writer.startSequence(ProtocolOperation.LDAP_RES_EXTENSION);
    writeResult(writer, { kind: 'done', code, message });
    writer.writeString(oid.noticeOfDisconnection, responseNameTag);
    writer.endSequence();
  });
}

function writeResult(writer: BerWriter, { code, matchedDn = '', message = '', referral }: Done): void {
  writer.writeEnumeration(code);
  writer.writeString(matchedDn);
  writer.writeString(message);
  if (!referral) return;
  writer.startSequence(referralTag);
  writer.writeStringArray([...referral]);
  writer.endSequence();
}

function writePageControl(writer: BerWriter, cookie: string): void {
  const value = new BerWriter();
  value.startSequence();
  value.writeInt(0);
  value.writeBuffer(Buffer.from(cookie, 'latin1'), Ber.OctetString);
  value.endSequence();
  writeControl(writer, oid.pagedResults, value);
}

/** EntryChangeNotification, draft-ietf-ldapext-psearch-03 section 5. */
function writeChangeControl(writer: BerWriter, { type, previousDn }: ChangeNotice): void {
  const value = new BerWriter();
  value.startSequence();
  value.writeEnumeration(changeTypes[type]);
  if (previousDn !== undefined) value.writeString(previousDn);
  value.endSequence();
  writeControl(writer, oid.entryChange, value);
}

function writeControl(writer: BerWriter, type: string, value: BerWriter): void {
  writer.startSequence(ProtocolOperation.LDAP_CONTROLS);
  writer.startSequence();
  writer.writeString(type);
  writer.writeBuffer(value.buffer, Ber.OctetString);
  writer.endSequence();
  writer.endSequence();
}

function writeMessage(messageId: number, size: number, write: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter({ size });
  writer.startSequence();
  writer.writeInt(messageId);
  write(writer);
  writer.endSequence();
  return writer.buffer;
}

/** An upper bound. A BerWriter that is exactly full loses its last byte when it closes a sequence above 64 KiB. */
function entrySize({ dn, attributes }: SentEntry): number {
  let size = 64 + dn.length * 4;
  for (const { name, values } of attributes) {
    size += 32 + name.length * 4;
    for (const value of values) size += 8 + value.length;
  }
  return size;
}
