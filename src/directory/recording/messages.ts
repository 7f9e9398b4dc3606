/** Converts LDAP messages into lines of a snapshot, and lines into messages. */
import { isUtf8 } from 'node:buffer';
import { Ber, ProtocolOperation } from 'ldapts';
import { type Cursor, enter, SEQUENCE } from '../connection/ber.ts';
import type { Frame } from '../connection/frames.ts';
import type { Limits } from '../connection/limits.ts';
import { readEnvelope, readReference, readResult } from '../connection/result.ts';
import { readEntry } from '../entry/entry.ts';
import { readMessage } from '../protocol/ber/requests.ts';
import { filterText } from '../protocol/filter.ts';
import type { Message, Reply } from '../protocol/protocol.ts';
import type { EntryLine, Part, Request, Value } from './lines.ts';

/** The line of a request; undefined: its answer is not part of a read. */
export function requestLine(bytes: Buffer): Request | undefined {
  return asked(readMessage(bytes));
}

/** As `requestLine`, for a decoded message. */
export function asked(message: Message): Request | undefined {
  if (message.op === 'extended') return { extended: message.oid };
  if (message.op !== 'search') return undefined;
  const { dn, scope, attributes, page } = message;
  const search = { base: dn, scope, filter: filterText(message.filter), attributes: [...attributes] };
  return { search: page ? { ...search, page: { size: page.size, cookie: page.cookie } } : search };
}

/** The line of one message of an answer. */
export function partLine(frame: Frame, limits: Limits): Part {
  const { operation = 0 } = readEnvelope(frame);
  if (operation === ProtocolOperation.LDAP_RES_SEARCH_ENTRY) return entryLine(frame);
  if (operation === ProtocolOperation.LDAP_RES_SEARCH_REF)
    return { references: readReference(frame, limits) };
  const { status, errorMessage, value, cookie } = readResult(frame, operation, limits);
  return {
    result: status,
    ...(errorMessage !== '' && { message: errorMessage }),
    ...(value !== undefined && { value }),
    ...(cookie !== undefined && { cookie: cookie.toString('latin1') }),
  };
}

function entryLine(frame: Frame): EntryLine {
  const { dn, bytes, start, end } = readEntry(frame);
  const cursor: Cursor = { bytes, at: start, end };
  const attributes: EntryLine['attributes'] = [];
  while (cursor.at < end) {
    const attributeEnd = enter(cursor, SEQUENCE);
    const name = takeBytes(cursor).toString('latin1');
    const valuesEnd = enter(cursor, ProtocolOperation.LBER_SET);
    const values: Value[] = [];
    while (cursor.at < valuesEnd) values.push(written(takeBytes(cursor)));
    attributes.push([name, values]);
    cursor.at = attributeEnd;
  }
  return { dn, attributes };
}

function takeBytes(cursor: Cursor): Buffer {
  const last = enter(cursor, Ber.OctetString);
  const bytes = cursor.bytes.subarray(cursor.at, last);
  cursor.at = last;
  return bytes;
}

/** The value of a line for these bytes. */
export function written(bytes: Buffer): Value {
  return isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') };
}

/** The bytes of a value. */
export function bytesOf(value: Value): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.base64, 'base64');
}

/** What the replaying server sends for a part of an answer. */
export function replyPart(part: Part): Reply[number] {
  if ('dn' in part) {
    const attributes = part.attributes.map(([name, values]) => ({ name, values: values.map(bytesOf) }));
    return { kind: 'entry', dn: part.dn, attributes };
  }
  if ('references' in part) return { kind: 'reference', urls: part.references };
  const { result: code, message, value, cookie } = part;
  return { kind: 'done', code, cookie, ...(message && { message }), ...(value !== undefined && { value }) };
}
