/**
 * One LDAP conversation over one socket, with ldapts as the codec. Not ldapts' Client: that one opens a new connection
 * by itself when the old one is gone, without bind and without StartTLS, and keeps the paging cookie to itself. Here a
 * conversation that failed stays failed.
 */
import type { Socket } from 'node:net';
import {
  BerReader,
  BindResponse,
  type Control,
  ExtendedResponse,
  ProtocolOperation,
  SearchReference,
  SearchResponse,
} from 'ldapts';
import { DirectoryError, messageOf } from '../errors.ts';
import { type Framing, startFraming, takeFrames } from './frames.ts';
import { tlsAlert } from './unreachable.ts';

/** What ends an exchange. Everything that is no search answers with one of the other two. */
export type Result = SearchResponse | BindResponse | ExtendedResponse;

/** Entries are left undecoded, so that the next page can be asked for before this one is worked through. */
export interface Reply {
  readonly result: Result;
  readonly entries: readonly Buffer[];
  readonly references: number;
}

/** The part of ldapts' request classes that is used; their common parent is not exported. */
interface Request {
  readonly controls?: Control[];
  write(): Buffer;
}

interface Exchange {
  readonly controls: Control[];
  readonly entries: Buffer[];
  references: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: DirectoryError) => void;
}

export interface Wire {
  socket: Socket;
  framing: Framing;
  readonly exchanges: Map<number, Exchange>;
  lastId: number;
  /** Why the conversation is over. */
  failure: DirectoryError | undefined;
  deafen: () => void;
}

/** Starts a conversation. `silenceMs`: how long a server may leave a request without any byte of an answer. */
export function openWire(socket: Socket, silenceMs: number): Wire {
  const wire: Wire = {
    socket,
    framing: startFraming(),
    exchanges: new Map(),
    lastId: 0,
    failure: undefined,
    deafen: () => {},
  };
  listen(wire, silenceMs);
  return wire;
}

/**
 * Goes on over another socket, which `encrypted` lays on top of the present one.
 * Bytes that came before it would have been sent in the clear by anybody (RFC 4513 section 3.1.1).
 */
export async function moveWire(
  wire: Wire,
  encrypted: (plain: Socket) => Promise<Socket>,
  silenceMs: number,
): Promise<void> {
  wire.deafen();
  if (wire.failure) throw wire.failure;
  if (wire.framing.size > 0) throw lost('bytes came between the answer to StartTLS and encryption');
  wire.socket = await encrypted(wire.socket);
  listen(wire, silenceMs);
}

/** Sends one request and waits for its end. @throws DirectoryError when the connection is or becomes unusable */
export function send(wire: Wire, build: (messageId: number) => Request): Promise<Reply> {
  if (wire.failure) return Promise.reject(wire.failure);
  wire.lastId += 1;
  const id = wire.lastId;
  const request = build(id);
  return new Promise((resolve, reject) => {
    wire.exchanges.set(id, { controls: request.controls ?? [], entries: [], references: 0, resolve, reject });
    wire.socket.write(request.write());
  });
}

/** Ends the conversation; whatever still waits is told why. */
export function closeWire(wire: Wire, reason: DirectoryError): void {
  wire.failure ??= reason;
  for (const exchange of wire.exchanges.values()) exchange.reject(wire.failure);
  wire.exchanges.clear();
  wire.socket.destroy();
}

function listen(wire: Wire, silenceMs: number): void {
  const { socket } = wire;
  const onData = (chunk: Buffer) => receive(wire, chunk);
  const onError = (error: Error) => closeWire(wire, lost(tlsAlert(error) ?? messageOf(error), error));
  const onClose = () => closeWire(wire, lost('the server closed it'));
  const onTimeout = () => wire.exchanges.size > 0 && closeWire(wire, silent(silenceMs));
  socket.setTimeout(silenceMs);
  socket.on('data', onData).on('error', onError).on('close', onClose).on('timeout', onTimeout);
  wire.deafen = () => {
    socket.off('data', onData).off('error', onError).off('close', onClose).off('timeout', onTimeout);
  };
}

function receive(wire: Wire, chunk: Buffer): void {
  try {
    for (const frame of takeFrames(wire.framing, chunk)) accept(wire, frame);
  } catch (error) {
    closeWire(wire, error instanceof DirectoryError ? error : unreadable(error));
  }
}

function accept(wire: Wire, frame: Buffer): void {
  const reader = new BerReader(frame);
  reader.readSequence();
  const id = reader.readInt() ?? 0;
  const operation = reader.readSequence();
  const exchange = wire.exchanges.get(id);
  if (exchange === undefined) unsolicited(id, reader);
  else if (operation === ProtocolOperation.LDAP_RES_SEARCH_ENTRY) exchange.entries.push(frame);
  else if (operation === ProtocolOperation.LDAP_RES_SEARCH_REF) exchange.references += countUris(id, reader);
  else finish(wire, id, exchange, readResult(id, operation, reader, exchange.controls));
}

function finish(wire: Wire, id: number, exchange: Exchange, result: Result): void {
  wire.exchanges.delete(id);
  exchange.resolve({ result, entries: exchange.entries, references: exchange.references });
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

function countUris(messageId: number, reader: BerReader): number {
  const reference = new SearchReference({ messageId });
  reference.parse(reader, []);
  return Math.max(reference.uris.length, 1);
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

function silent(silenceMs: number): DirectoryError {
  const message = `The server sent nothing for ${silenceMs / 1000} s (operationTimeout).`;
  return new DirectoryError('time_limit', message);
}

function unreadable(error: unknown): DirectoryError {
  return new DirectoryError('malformed', `The server's answer cannot be read: ${messageOf(error)}.`, {
    cause: error,
  });
}
