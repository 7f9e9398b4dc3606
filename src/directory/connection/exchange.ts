/** One request that waits for its answer, and the part of the answer that has arrived. */
import { ProtocolOperation } from 'ldapts';
import type { DirectoryError } from '../../errors.ts';
import { malformed } from './ber.ts';
import type { Frame } from './frames.ts';
import { type Limits, MAX_REFERENCES, MESSAGES_AN_ANSWER, tooLarge } from './limits.ts';
import { INTERMEDIATE, type Result, readReference, readResult } from './result.ts';

/** Entries are not decoded here, so that the next page can be requested before this one is processed. */
export interface Reply {
  readonly result: Result;
  readonly entries: readonly Frame[];
  readonly references: number;
  /** Their URIs. An empty text replaces those above the limit. */
  readonly uris: readonly string[];
  /** The bytes of all messages of the answer. */
  readonly bytes: number;
}

/** Receives an entry, a reference or an intermediate response. */
export type OnMessage = (frame: Frame, operation: number) => void;

/** Receives one request and all messages of its answer, in the order in which they arrived. */
export type OnAnswer = (request: Buffer, frames: readonly Frame[]) => void;

export interface Exchange {
  /** The operation that ends the exchange. Otherwise only the entries and references of a search belong to it. */
  readonly answer: number;
  /** undefined: the answer has no end, so it has no time limit. */
  readonly deadline: NodeJS.Timeout | undefined;
  /** Receives every message of an open search at once. Nothing of it is kept, so its answer has no size limit. */
  readonly onMessage?: OnMessage;
  /** undefined: the messages are not recorded. */
  readonly record: Recorded | undefined;
  readonly entries: Frame[];
  references: number;
  readonly uris: string[];
  bytes: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: DirectoryError) => void;
}

interface Recorded {
  readonly request: Buffer;
  readonly frames: Frame[];
  readonly onAnswer: OnAnswer;
}

/** How many reference URIs are kept. */
const MAX_URIS = 100;

/** The operation that ends a search. */
export const SEARCH_DONE: number = ProtocolOperation.LDAP_RES_SEARCH;

/** Only an open search can receive intermediate responses. */
const STREAMED: readonly number[] = [
  ProtocolOperation.LDAP_RES_SEARCH_ENTRY,
  ProtocolOperation.LDAP_RES_SEARCH_REF,
  INTERMEDIATE,
];

/**
 * Adds one message to the answer. Returns the whole answer if it was the last message.
 * @throws DirectoryError `malformed` for a message of another operation, or if the answer exceeds the limits
 */
export function addMessage(
  exchange: Exchange,
  operation: number | undefined,
  frame: Frame,
  limits: Limits,
): Reply | undefined {
  const { record } = exchange;
  if (exchange.onMessage === undefined) countBytes(exchange, frame, limits);
  record?.frames.push(frame);
  const isSearch = exchange.answer === SEARCH_DONE;
  if (operation === exchange.answer) {
    const { entries, references, uris, bytes } = exchange;
    const result = readResult(frame, exchange.answer, limits);
    record?.onAnswer(record.request, record.frames);
    return { result, entries, references, uris, bytes };
  }
  if (exchange.onMessage !== undefined && operation !== undefined && STREAMED.includes(operation))
    exchange.onMessage(frame, operation);
  else if (isSearch && operation === ProtocolOperation.LDAP_RES_SEARCH_ENTRY) exchange.entries.push(frame);
  else if (isSearch && operation === ProtocolOperation.LDAP_RES_SEARCH_REF)
    addReference(exchange, frame, limits);
  else throw malformed(`operation ${operation} came instead of ${exchange.answer}`);
  return undefined;
}

/** Counts the bytes, because an answer stays in memory until it is processed. */
function countBytes(exchange: Exchange, { start, end }: Frame, { maxMessageBytes }: Limits): void {
  exchange.bytes += end - start;
  const most = MESSAGES_AN_ANSWER * maxMessageBytes;
  if (exchange.bytes > most)
    throw tooLarge(
      `one answer has more than ${most} bytes`,
      'maxMessageSize',
      `${maxMessageBytes} a message and ${MESSAGES_AN_ANSWER} times that an answer`,
    );
}

function addReference(exchange: Exchange, frame: Frame, limits: Limits): void {
  const uris = readReference(frame, limits);
  exchange.references += uris.length;
  for (const uri of uris) {
    if (exchange.uris.length < MAX_URIS) exchange.uris.push(uri);
    else if (exchange.uris.at(-1) !== '') exchange.uris.push('');
  }
  if (exchange.references > MAX_REFERENCES)
    throw malformed(`it contains more than ${MAX_REFERENCES} references`);
}
