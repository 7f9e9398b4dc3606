/**
 * One LDAP conversation over one socket, with ldapts as the codec. Not ldapts' Client: that one opens a new connection
 * by itself when the old one is gone, without bind and without StartTLS, and keeps the paging cookie to itself. Here a
 * conversation that failed stays failed.
 */
import type { Socket } from 'node:net';
import { AbandonRequest, ProtocolOperation } from 'ldapts';
import { DirectoryError, messageOf } from '../../errors.ts';
import { malformed } from './ber.ts';
import { tlsAlert } from './connection-errors.ts';
import { type Exchange, type Reply, SEARCH_DONE, takeMessage } from './exchange.ts';
import { type Frame, type Framing, startFraming, takeFrames } from './frames.ts';
import type { Limits } from './limits.ts';
import { readEnvelope, readResult } from './result.ts';

/** The part of ldapts' request classes that is used; their common parent is not exported. */
interface Request {
  readonly protocolOperation: number;
  write(): Buffer;
}

/** How long to wait for an answer, and how that is called in the configuration. */
export interface WireTimeouts {
  readonly ms: number;
  readonly setting: string;
}

export interface Wire {
  socket: Socket;
  readonly patience: WireTimeouts;
  readonly limits: Limits;
  framing: Framing;
  readonly exchanges: Map<number, Exchange>;
  /** Searches that are not waited for any more; what still comes for them is dropped. */
  readonly abandoned: Set<number>;
  lastId: number;
  /** Why the conversation is over. */
  failure: DirectoryError | undefined;
  deafen: () => void;
}

const EXTENDED: number = ProtocolOperation.LDAP_RES_EXTENSION;
/** By operation of a request, the one that answers it. */
const ANSWERS: ReadonlyMap<number, number> = new Map<number, number>([
  [ProtocolOperation.LDAP_REQ_BIND, ProtocolOperation.LDAP_RES_BIND],
  [ProtocolOperation.LDAP_REQ_SEARCH, SEARCH_DONE],
  [ProtocolOperation.LDAP_REQ_EXTENSION, EXTENDED],
]);

/** Starts a conversation. `answerMs`: how long a server may take for a whole answer; a trickle is no progress. */
export function openWire(socket: Socket, answerMs: number, limits: Limits): Wire {
  const wire: Wire = {
    socket,
    patience: { ms: answerMs, setting: 'operationTimeout' },
    limits,
    framing: startFraming(limits.maxMessageBytes),
    exchanges: new Map(),
    abandoned: new Set(),
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

/**
 * Sends one request and waits for its end.
 * @throws DirectoryError `time_limit` when the answer takes too long: a search is then abandoned, and the connection can
 * be used as before; any other code when the connection is or becomes unusable
 */
export function send(
  wire: Wire,
  build: (messageId: number) => Request,
  patience: WireTimeouts = wire.patience,
): Promise<Reply> {
  if (wire.failure) return Promise.reject(wire.failure);
  const id = nextId(wire);
  const request = build(id);
  const answer = ANSWERS.get(request.protocolOperation) ?? 0;
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => giveUp(wire, id, patience), patience.ms);
    wire.exchanges.set(id, {
      answer,
      deadline,
      entries: [],
      references: 0,
      uris: [],
      bytes: 0,
      resolve,
      reject,
    });
    wire.socket.write(request.write());
  });
}

function nextId(wire: Wire): number {
  wire.lastId += 1;
  return wire.lastId;
}

/** Of a search no more is wanted (RFC 4511 section 4.11). What a connection is, is not known without bind and StartTLS. */
function giveUp(wire: Wire, id: number, patience: WireTimeouts): void {
  const exchange = wire.exchanges.get(id);
  if (exchange?.answer !== SEARCH_DONE) {
    closeWire(wire, overdue(patience));
    return;
  }
  wire.exchanges.delete(id);
  wire.abandoned.add(id);
  wire.socket.write(new AbandonRequest({ messageId: nextId(wire), abandonId: id }).write());
  exchange.reject(overdue(patience));
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
  const { id, operation } = readEnvelope(frame);
  const exchange = wire.exchanges.get(id);
  if (exchange === undefined) acceptUnexpected(wire, id, operation, frame);
  else acceptAnswer(wire, id, exchange, takeMessage(exchange, operation, frame, wire.limits));
}

function acceptAnswer(wire: Wire, id: number, exchange: Exchange, reply: Reply | undefined): void {
  if (reply === undefined) return;
  wire.exchanges.delete(id);
  clearTimeout(exchange.deadline);
  exchange.resolve(reply);
}

/** Message id 0 is the server's own: a notice of disconnection (RFC 4511 section 4.4.1). */
function acceptUnexpected(wire: Wire, id: number, operation: number | undefined, frame: Frame): void {
  if (wire.abandoned.has(id)) {
    if (operation === SEARCH_DONE) wire.abandoned.delete(id);
    return;
  }
  if (id !== 0 || operation !== EXTENDED)
    throw malformed(`operation ${operation} came for message ${id}, which awaits no answer`);
  const { errorMessage, status } = readResult(frame, EXTENDED, wire.limits);
  throw lost(errorMessage || `the server ended the session (result ${status})`);
}

function lost(why: string, cause?: unknown): DirectoryError {
  return new DirectoryError('interrupted', `The connection was lost: ${why}.`, { cause });
}

function overdue({ ms, setting }: WireTimeouts): DirectoryError {
  const message = `The server did not finish its answer within ${ms / 1000} s (${setting}).`;
  return new DirectoryError('time_limit', message);
}

function unreadable(error: unknown): DirectoryError {
  return new DirectoryError('malformed', `The server's answer cannot be read: ${messageOf(error)}.`, {
    cause: error,
  });
}
