/**
 * One LDAP conversation over one socket, with ldapts as the codec. Does not use ldapts' Client: that one silently opens
 * a new connection without bind and StartTLS, and it does not expose the paging cookie. Here a failed conversation
 * stays failed.
 */
import type { Socket } from 'node:net';
import { AbandonRequest, ProtocolOperation } from 'ldapts';
import { DirectoryError, messageOf } from '../../errors.ts';
import { malformed } from './ber.ts';
import { tlsAlert } from './connection-errors.ts';
import {
  addMessage,
  type Exchange,
  type OnAnswer,
  type OnMessage,
  type Reply,
  SEARCH_DONE,
} from './exchange.ts';
import { createFraming, type Frame, type Framing, takeFrames } from './frames.ts';
import type { Limits } from './limits.ts';
import { readEnvelope, readResult } from './result.ts';

/** The part of ldapts' request classes that is used. Their common parent class is not exported. */
interface Request {
  readonly protocolOperation: number;
  write(): Buffer;
}

/** How long to wait for an answer, and the name of that setting in the configuration. */
export interface WireTimeouts {
  readonly ms: number;
  readonly setting: string;
}

export interface Wire {
  socket: Socket;
  readonly timeouts: WireTimeouts;
  readonly limits: Limits;
  framing: Framing;
  readonly exchanges: Map<number, Exchange>;
  /** Searches that timed out. Late messages for them are dropped. */
  readonly abandoned: Set<number>;
  lastId: number;
  /** Why the conversation ended. */
  failure: DirectoryError | undefined;
  /** Receives each request from now on with all messages of its answer, when the answer is complete. */
  onAnswer: OnAnswer | undefined;
  stopListening: () => void;
}

const EXTENDED: number = ProtocolOperation.LDAP_RES_EXTENSION;
/** The response operation for each request operation. */
const ANSWERS: ReadonlyMap<number, number> = new Map<number, number>([
  [ProtocolOperation.LDAP_REQ_BIND, ProtocolOperation.LDAP_RES_BIND],
  [ProtocolOperation.LDAP_REQ_SEARCH, SEARCH_DONE],
  [ProtocolOperation.LDAP_REQ_EXTENSION, EXTENDED],
]);

/** Starts a conversation. `answerMs`: the time limit of a whole answer, even if data keeps arriving slowly. */
export function openWire(socket: Socket, answerMs: number, limits: Limits): Wire {
  const wire: Wire = {
    socket,
    timeouts: { ms: answerMs, setting: 'operationTimeout' },
    limits,
    framing: createFraming(limits.maxMessageBytes),
    exchanges: new Map(),
    abandoned: new Set(),
    lastId: 0,
    failure: undefined,
    onAnswer: undefined,
    stopListening: () => {},
  };
  listen(wire);
  return wire;
}

/**
 * Continues over another socket, which `encrypted` creates on top of the current one. Bytes that arrive before
 * encryption are rejected: an attacker could have sent them in clear text (RFC 4513 section 3.1.1).
 */
export async function moveWire(wire: Wire, encrypted: (plain: Socket) => Promise<Socket>): Promise<void> {
  wire.stopListening();
  if (wire.failure) throw wire.failure;
  if (wire.framing.size > 0) throw lost('bytes came between the answer to StartTLS and encryption');
  wire.socket = await encrypted(wire.socket);
  listen(wire);
}

/**
 * Sends one request and waits for the end of its answer.
 * @throws DirectoryError `time_limit` if the answer takes too long: the search is then abandoned, and the connection
 * stays usable; any other code if the connection is or becomes unusable
 */
export function send(
  wire: Wire,
  build: (messageId: number) => Request,
  timeouts: WireTimeouts = wire.timeouts,
): Promise<Reply> {
  if (wire.failure) return Promise.reject(wire.failure);
  const id = nextId(wire);
  const deadline = setTimeout(() => handleTimeout(wire, id, timeouts), timeouts.ms);
  return start(wire, build(id), { id, deadline });
}

/** A search without an end. */
export interface OpenSearch {
  /** Resolves if the server ends the search, and rejects if the connection ends. */
  readonly ended: Promise<Reply>;
  readonly abandon: () => void;
}

/**
 * Sends a search that stays open: it has no time limit, and each message goes to `onMessage`. An error that `onMessage`
 * throws ends the connection. Other requests can be sent meanwhile.
 */
export function openSearch(
  wire: Wire,
  build: (messageId: number) => Request,
  onMessage: OnMessage,
): OpenSearch {
  if (wire.failure) return { ended: Promise.reject(wire.failure), abandon: () => {} };
  const id = nextId(wire);
  const ended = start(wire, build(id), { id, deadline: undefined, onMessage });
  return { ended, abandon: () => abandon(wire, id) };
}

function start(
  wire: Wire,
  request: Request,
  { id, ...own }: Pick<Exchange, 'deadline' | 'onMessage'> & { readonly id: number },
): Promise<Reply> {
  const answer = ANSWERS.get(request.protocolOperation) ?? 0;
  return new Promise((resolve, reject) => {
    const bytes = request.write();
    const { socket, onAnswer } = wire;
    const record = onAnswer && { request: bytes, frames: [], onAnswer };
    const reply = { entries: [], references: 0, uris: [], bytes: 0 };
    wire.exchanges.set(id, { answer, ...own, record, ...reply, resolve, reject });
    socket.write(bytes);
    // The first request of a turn of the event loop is sent at once: the server prepares the next page while the caller processes
    // this one. The other requests of the turn are sent together.
    if (socket.writableCorked > 0) return;
    socket.cork();
    process.nextTick(() => socket.uncork());
  });
}

function nextId(wire: Wire): number {
  wire.lastId += 1;
  return wire.lastId;
}

/**
 * Handles a timeout. A search is abandoned (RFC 4511 section 4.11). Any other request ends the connection, because its
 * bind or TLS state is then unknown.
 */
function handleTimeout(wire: Wire, id: number, timeouts: WireTimeouts): void {
  const exchange = wire.exchanges.get(id);
  if (exchange?.answer !== SEARCH_DONE) {
    closeWire(wire, overdue(timeouts));
    return;
  }
  abandon(wire, id);
  exchange.reject(overdue(timeouts));
}

/** Tells the server to stop a search. Its answer stays unresolved. Does nothing if the search has ended. */
function abandon(wire: Wire, id: number): void {
  if (!wire.exchanges.delete(id)) return;
  wire.abandoned.add(id);
  wire.socket.write(new AbandonRequest({ messageId: nextId(wire), abandonId: id }).write());
}

/** Ends the conversation. All pending requests fail with the reason. */
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
  const onClose = () => closeWire(wire, lost('the server closed the connection'));
  socket.on('data', onData).on('error', onError).on('close', onClose);
  wire.stopListening = () => {
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
  else acceptAnswer(wire, id, exchange, addMessage(exchange, operation, frame, wire.limits));
}

function acceptAnswer(wire: Wire, id: number, exchange: Exchange, reply: Reply | undefined): void {
  if (reply === undefined) return;
  wire.exchanges.delete(id);
  clearTimeout(exchange.deadline);
  exchange.resolve(reply);
}

/** Message id 0 comes from the server itself: a notice of disconnection (RFC 4511 section 4.4.1). */
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
