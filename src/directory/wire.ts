/**
 * One LDAP conversation over one socket, with ldapts as the codec. Not ldapts' Client: that one opens a new connection
 * by itself when the old one is gone, without bind and without StartTLS, and keeps the paging cookie to itself. Here a
 * conversation that failed stays failed.
 */
import type { Socket } from 'node:net';
import {
  Ber,
  BerReader,
  BindResponse,
  type Control,
  ExtendedResponse,
  ProtocolOperation,
  SearchReference,
  SearchResponse,
} from 'ldapts';
import { DirectoryError, messageOf } from '../errors.ts';
import { type Cursor, enter, enterInteger, SEQUENCE } from './ber.ts';

import { type Frame, type Framing, startFraming, takeFrames } from './frames.ts';
import { tlsAlert } from './unreachable.ts';

/** What ends an exchange. Everything that is no search answers with one of the other two. */
export type Result = SearchResponse | BindResponse | ExtendedResponse;

/** Entries are left undecoded, so that the next page can be asked for before this one is worked through. */
export interface Reply {
  readonly result: Result;
  readonly entries: readonly Frame[];
  readonly references: number;
  /** Where they lead, as the server wrote it; an empty text for what it did not write, or at too great a length. */
  readonly uris: readonly string[];
  /** Of all messages of the answer. */
  readonly bytes: number;
}

/** The part of ldapts' request classes that is used; their common parent is not exported. */
interface Request {
  readonly controls?: Control[];
  write(): Buffer;
}

interface Exchange {
  readonly deadline: NodeJS.Timeout;
  readonly controls: Control[];
  readonly entries: Frame[];
  references: number;
  readonly uris: string[];
  bytes: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: DirectoryError) => void;
}

export interface Wire {
  socket: Socket;
  readonly answerMs: number;
  framing: Framing;
  readonly exchanges: Map<number, Exchange>;
  lastId: number;
  /** Why the conversation is over. */
  failure: DirectoryError | undefined;
  deafen: () => void;
}

/** Starts a conversation. `answerMs`: how long a server may take for a whole answer; a trickle is no progress. */
export function openWire(socket: Socket, answerMs: number): Wire {
  const wire: Wire = {
    socket,
    answerMs,
    framing: startFraming(),
    exchanges: new Map(),
    lastId: 0,
    failure: undefined,
    deafen: () => {},
  };
  listen(wire);
  return wire;
}

/**
 * Goes on over another socket, which `encrypted` lays on top of the present one.
 * Bytes that came before it would have been sent in the clear by anybody (RFC 4513 section 3.1.1).
 */
export async function moveWire(wire: Wire, encrypted: (plain: Socket) => Promise<Socket>): Promise<void> {
  wire.deafen();
  if (wire.failure) throw wire.failure;
  if (wire.framing.size > 0) throw lost('bytes came between the answer to StartTLS and encryption');
  wire.socket = await encrypted(wire.socket);
  listen(wire);
}

/** Sends one request and waits for its end. @throws DirectoryError when the connection is or becomes unusable */
export function send(wire: Wire, build: (messageId: number) => Request): Promise<Reply> {
  if (wire.failure) return Promise.reject(wire.failure);
  wire.lastId += 1;
  const id = wire.lastId;
  const request = build(id);
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => closeWire(wire, overdue(wire.answerMs)), wire.answerMs);
    const nothing = { entries: [], references: 0, uris: [], bytes: 0 };
    wire.exchanges.set(id, { deadline, controls: request.controls ?? [], ...nothing, resolve, reject });
    wire.socket.write(request.write());
  });
}

/** Ends the conversation; whatever still waits is told why. */
export function closeWire(wire: Wire, reason: DirectoryError): void {
  wire.failure ??= reason;
  for (const exchange of wire.exchanges.values()) {
    clearTimeout(exchange.deadline);
    exchange.reject(wire.failure);
  }
  wire.exchanges.clear();
  wire.socket.destroy();
}

function listen(wire: Wire): void {
  const { socket } = wire;
  const onData = (chunk: Buffer) => receive(wire, chunk);
  const onError = (error: Error) => closeWire(wire, lost(tlsAlert(error) ?? messageOf(error), error));
  const onClose = () => closeWire(wire, lost('the server closed it'));
  socket.on('data', onData).on('error', onError).on('close', onClose);
  wire.deafen = () => {
    socket.off('data', onData).off('error', onError).off('close', onClose);
  };
}

function receive(wire: Wire, chunk: Buffer): void {
  try {
    for (const frame of takeFrames(wire.framing, chunk)) accept(wire, frame);
  } catch (error) {
    closeWire(wire, error instanceof DirectoryError ? error : unreadable(error));
  }
}

function accept(wire: Wire, frame: Frame): void {
  const cursor: Cursor = { bytes: frame.bytes, at: frame.start, end: frame.end };
  enter(cursor, SEQUENCE);
  const id = enterInteger(cursor, Ber.Integer);
  const operation = frame.bytes[cursor.at];
  const exchange = wire.exchanges.get(id);
  if (exchange !== undefined) exchange.bytes += frame.end - frame.start;
  if (exchange !== undefined && operation === ProtocolOperation.LDAP_RES_SEARCH_ENTRY)
    exchange.entries.push(frame);
  else acceptOther(wire, id, frame, exchange);
}

/** Everything that does not come by the hundred thousand. */
function acceptOther(
  wire: Wire,
  id: number,
  { bytes, start, end }: Frame,
  exchange: Exchange | undefined,
): void {
  const reader = new BerReader(bytes.subarray(start, end));
  reader.readSequence();
  reader.readInt();
  const operation = reader.readSequence();
  if (exchange === undefined) unsolicited(id, reader);
  if (operation === ProtocolOperation.LDAP_RES_SEARCH_REF) refer(exchange, id, reader);
  else finish(wire, id, exchange, readResult(id, operation, reader, exchange.controls));
}

function finish(wire: Wire, id: number, exchange: Exchange, result: Result): void {
  wire.exchanges.delete(id);
  clearTimeout(exchange.deadline);
  const { entries, references, uris, bytes } = exchange;
  exchange.resolve({ result, entries, references, uris, bytes });
}

function readResult(id: number, operation: number | null, reader: BerReader, controls: Control[]): Result {
  const result = emptyResult(id, operation);
  result.parse(reader, controls);
  return result;
}

function emptyResult(messageId: number, operation: number | null): Result {
  if (operation === ProtocolOperation.LDAP_RES_SEARCH) return new SearchResponse({ messageId });
  if (operation === ProtocolOperation.LDAP_RES_BIND) return new BindResponse({ messageId });
  if (operation === ProtocolOperation.LDAP_RES_EXTENSION) return new ExtendedResponse({ messageId });
  throw new DirectoryError(
    'malformed',
    `The server answered with an operation we did not ask for (${operation}).`,
  );
}

const MOST_URIS = 100;
const LONGEST_URI = 2000;

function refer(exchange: Exchange, messageId: number, reader: BerReader): void {
  const reference = new SearchReference({ messageId });
  reference.parse(reader, []);
  const uris = reference.uris.length > 0 ? reference.uris : [''];
  exchange.references += uris.length;
  for (const uri of uris) {
    const isKept = uri.length <= LONGEST_URI && exchange.uris.length < MOST_URIS;
    if (isKept) exchange.uris.push(uri);
    else if (exchange.uris.at(-1) !== '') exchange.uris.push('');
  }
}

/** Message id 0 is the server's own: a notice of disconnection (RFC 4511 section 4.4.1). No other answer is due. */
function unsolicited(id: number, reader: BerReader): never {
  if (id !== 0)
    throw new DirectoryError('malformed', `The server answered message ${id}, which awaits no answer.`);
  const notice = new ExtendedResponse({ messageId: 0 });
  notice.parse(reader, []);
  throw lost(notice.errorMessage || `the server ended the session (result ${notice.status})`);
}

function lost(why: string, cause?: unknown): DirectoryError {
  return new DirectoryError('interrupted', `The connection was lost: ${why}.`, { cause });
}

function overdue(answerMs: number): DirectoryError {
  const message = `The server did not finish its answer within ${answerMs / 1000} s (operationTimeout).`;
  return new DirectoryError('time_limit', message);
}

function unreadable(error: unknown): DirectoryError {
  return new DirectoryError('malformed', `The server's answer cannot be read: ${messageOf(error)}.`, {
    cause: error,
  });
}
