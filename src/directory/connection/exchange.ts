/** One request that waits for its answer, and what of it has come. */
import { ProtocolOperation } from 'ldapts';
import type { DirectoryError } from '../../errors.ts';
import { malformed } from './ber.ts';
import type { Frame } from './frames.ts';
import { type Limits, MESSAGES_AN_ANSWER, MOST_REFERENCES, tooLarge } from './limits.ts';
import { type Result, readReference, readResult } from './result.ts';

/** Entries are left undecoded, so that the next page can be asked for before this one is worked through. */
export interface Reply {
  readonly result: Result;
  readonly entries: readonly Frame[];
  readonly references: number;
  /** Where they lead; an empty text for those beyond the number that is kept. */
  readonly uris: readonly string[];
  /** Of all messages of the answer. */
  readonly bytes: number;
}

export interface Exchange {
  /** The operation that ends it. No other belongs to it, but the entries and references of a search. */
  readonly answer: number;
  readonly deadline: NodeJS.Timeout;
  readonly entries: Frame[];
  references: number;
  readonly uris: string[];
  bytes: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: DirectoryError) => void;
}

/** References whose addresses are kept. */
const MOST_URIS = 100;

/** What ends a search, whatever it found. */
export const SEARCH_DONE: number = ProtocolOperation.LDAP_RES_SEARCH;

/**
 * Takes one message of the answer, and gives the whole answer when it was the last one.
 * @throws DirectoryError `malformed` for the answer of another operation, or when it grows beyond the limits
 */
export function takeMessage(
  exchange: Exchange,
  operation: number | undefined,
  frame: Frame,
  limits: Limits,
): Reply | undefined {
  weigh(exchange, frame, limits);
  const isSearch = exchange.answer === SEARCH_DONE;
  if (operation === exchange.answer) {
    const { entries, references, uris, bytes } = exchange;
    return { result: readResult(frame, exchange.answer, limits), entries, references, uris, bytes };
  }
  if (isSearch && operation === ProtocolOperation.LDAP_RES_SEARCH_ENTRY) exchange.entries.push(frame);
  else if (isSearch && operation === ProtocolOperation.LDAP_RES_SEARCH_REF) refer(exchange, frame, limits);
  else throw malformed(`operation ${operation} came where ${exchange.answer} answers`);
  return undefined;
}

/** What an answer holds is kept until it is worked through. */
function weigh(exchange: Exchange, { start, end }: Frame, { maxMessageBytes }: Limits): void {
  exchange.bytes += end - start;
  const most = MESSAGES_AN_ANSWER * maxMessageBytes;
  if (exchange.bytes > most)
    throw tooLarge(
      `one answer has more than ${most} bytes`,
      'maxMessageSize',
      `${maxMessageBytes} a message and ${MESSAGES_AN_ANSWER} times that an answer`,
    );
}

function refer(exchange: Exchange, frame: Frame, limits: Limits): void {
  const uris = readReference(frame, limits);
  exchange.references += uris.length;
  for (const uri of uris) {
    if (exchange.uris.length < MOST_URIS) exchange.uris.push(uri);
    else if (exchange.uris.at(-1) !== '') exchange.uris.push('');
  }
  if (exchange.references > MOST_REFERENCES)
    throw malformed(`it refers to more than ${MOST_REFERENCES} other places`);
}
