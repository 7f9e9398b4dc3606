/** Decodes the requests to the in-process LDAP server. */
import { Ber, BerReader, ProtocolOperation } from 'ldapts';
import {
  type Bind,
  type Body,
  type Extended,
  type Message,
  oid,
  type PageRequest,
  type Search,
} from '../protocol.ts';
import { readFilter } from './filter.ts';
import { enter, MalformedMessage, present, readAll, readBytes, readText } from './values.ts';

const scopes = ['base', 'one', 'sub', 'children'] as const;

interface SentControl {
  readonly type: string;
  readonly critical: boolean;
  readonly value: Buffer | undefined;
}

/** Reads one LDAPMessage of a client (RFC 4511 section 4.1.1). Throws MalformedMessage, or ldapts' InvalidAsn1Error. */
export function readMessage(bytes: Buffer): Message {
  try {
    return decode(bytes);
  } catch (error) {
    // Node.js refuses to read beyond the bytes, and to nest filters without end.
    if (!(error instanceof RangeError)) throw error;
    throw new MalformedMessage('The message ends too early, or is nested too deeply');
  }
}

function decode(bytes: Buffer): Message {
  const reader = new BerReader(bytes);
  enter(reader, 0x30);
  const messageId = present(reader.readInt());
  const tag = present(reader.peek());
  const end = enter(reader);
  const operation = readOperation(reader, tag, end);
  reader.offset = end;
  const controls = readControls(reader);
  const paged = controls.find(control => control.type === oid.pagedResults);
  const isPersistent = controls.some(control => control.type === oid.persistentSearch);
  const critical = controls
    .filter(control => control.critical && control !== paged && control.type !== oid.persistentSearch)
    .map(control => control.type);
  if (operation.op === 'search' && isPersistent)
    return { ...operation, persistent: true, messageId, critical };
  if (operation.op !== 'search' || !paged) return { ...operation, messageId, critical };
  return { ...operation, page: readPage(paged), messageId, critical };
}

function readOperation(reader: BerReader, tag: number, end: number): Body {
  switch (tag) {
    case ProtocolOperation.LDAP_REQ_BIND:
      return readBind(reader);
    case ProtocolOperation.LDAP_REQ_SEARCH:
      return readSearch(reader, end);
    case ProtocolOperation.LDAP_REQ_EXTENSION:
      return readExtended(reader);
    case ProtocolOperation.LDAP_REQ_UNBIND:
      return { op: 'unbind' };
    case ProtocolOperation.LDAP_REQ_ABANDON:
      return { op: 'abandon', of: readAbandoned(reader, end) };
    case ProtocolOperation.LDAP_REQ_ADD:
      return { op: 'add' };
    case ProtocolOperation.LDAP_REQ_MODIFY:
      return { op: 'modify' };
    case ProtocolOperation.LDAP_REQ_DELETE:
      return { op: 'delete' };
    case ProtocolOperation.LDAP_REQ_MODRDN:
      return { op: 'rename' };
    case ProtocolOperation.LDAP_REQ_COMPARE:
      return { op: 'compare' };
    default:
      throw new MalformedMessage(`0x${tag.toString(16)} is no request`);
  }
}

function readBind(reader: BerReader): Bind {
  present(reader.readInt());
  const dn = readText(reader);
  if (reader.peek() === Ber.Context) {
    return { op: 'bind', dn, mechanism: 'simple', password: readText(reader, Ber.Context) };
  }
  enter(reader, ProtocolOperation.LDAP_REQ_BIND_SASL);
  return { op: 'bind', dn, mechanism: readText(reader), password: '' };
}

function readSearch(reader: BerReader, end: number): Search {
  const dn = readText(reader);
  const scope = scopes[present(reader.readEnumeration())];
  if (!scope) throw new MalformedMessage('The search scope is unknown');
  present(reader.readEnumeration());
  const sizeLimit = present(reader.readInt());
  const timeLimit = present(reader.readInt());
  const typesOnly = present(reader.readBoolean());
  const filter = readFilter(reader);
  const attributes = reader.offset < end ? readAll(reader, 0x30, () => readText(reader)) : [];
  return { op: 'search', dn, scope, sizeLimit, timeLimit, typesOnly, filter, attributes, page: undefined };
}

/** The message id is the contents of the request itself. */
function readAbandoned(reader: BerReader, end: number): number {
  return reader.buffer.readUIntBE(reader.offset, end - reader.offset);
}

function readExtended(reader: BerReader): Extended {
  return { op: 'extended', oid: readText(reader, Ber.Context) };
}

function readControls(reader: BerReader): SentControl[] {
  if (reader.peek() !== ProtocolOperation.LDAP_CONTROLS) return [];
  return readAll(reader, ProtocolOperation.LDAP_CONTROLS, () => {
    const end = enter(reader, 0x30);
    const type = readText(reader);
    const critical = reader.offset < end && reader.peek() === Ber.Boolean && present(reader.readBoolean());
    const value = reader.offset < end ? readBytes(reader) : undefined;
    return { type, critical, value };
  });
}

function readPage({ value, critical }: SentControl): PageRequest {
  if (!value) throw new MalformedMessage('The paged results control has no value');
  const reader = new BerReader(value);
  enter(reader, 0x30);
  return { critical, size: present(reader.readInt()), cookie: readBytes(reader).toString('latin1') };
}
