/** Sends one search request and collects its whole answer; retries it if the server is overloaded. */
import { type Filter, type PagedResultsControl, SearchRequest } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import type { Connection } from '../connection/connect.ts';
import type { Reply } from '../connection/exchange.ts';
import { resultFailure } from '../connection/result-errors.ts';
import { send, type WireTimeouts } from '../connection/wire.ts';
import { MAX_TRIES, type Throttle } from './throttle.ts';

export interface Search {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub' | 'children';
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** Replaces base and filter in messages if those would name people. */
  readonly about?: string;
}

/** What one page cost, including the attempts that the server rejected as too busy. */
export interface PageCounts {
  readonly queries: number;
  readonly entries: number;
  readonly references: number;
  /** Where the references lead. */
  readonly uris: readonly string[];
  readonly bytes: number;
}

export interface SearchOptions {
  readonly referrals: 'ignore' | 'fail';
  /** Called after every page. */
  readonly onPage?: (counts: PageCounts) => void;
  /** Default: no throttling and no retries. */
  readonly throttle?: Throttle;
  /** For each page. Default: the timeout of every other request. */
  readonly timeouts?: WireTimeouts;
}

/** adminLimitExceeded, busy, unavailable: temporary results that a retry may avoid. */
const OVERLOADED: readonly number[] = [11, 51, 52];

export interface PageReply {
  readonly reply: Reply;
  readonly counts: PageCounts;
}

/**
 * Sends a search and retries the same page if the server is overloaded: in that case it has not used the cookie yet.
 */
export async function request(
  connection: Connection,
  search: Search,
  controls: PagedResultsControl[],
  { throttle, timeouts }: Pick<SearchOptions, 'throttle' | 'timeouts'>,
): Promise<PageReply> {
  let bytes = 0;
  for (let queries = 1; ; queries += 1) {
    const turn = throttle?.turn();
    // An `await` without a promise would delay the next request until the current page is processed.
    if (turn) await turn;
    const reply = await sendSearch(connection, search, controls, timeouts);
    bytes += reply.bytes;
    if (throttle === undefined || queries === MAX_TRIES || !OVERLOADED.includes(reply.result.status))
      return { reply, counts: countsOf(reply, queries, bytes) };
    await throttle.rest(queries);
  }
}

function countsOf({ entries, references, uris }: Reply, queries: number, bytes: number): PageCounts {
  return { queries, entries: entries.length, references, uris, bytes };
}

/**
 * Sends no size limit, because a client's size limit can look like success. Sends no time limit either, because the
 * wire has one.
 */
function sendSearch(
  { wire }: Connection,
  { base, scope, filter, attributes }: Search,
  controls: PagedResultsControl[],
  timeouts: WireTimeouts | undefined,
): Promise<Reply> {
  return send(
    wire,
    messageId =>
      new SearchRequest({
        messageId,
        baseDN: base,
        scope,
        filter,
        attributes: [...attributes],
        sizeLimit: 0,
        timeLimit: 0,
        controls,
      }),
    timeouts,
  );
}

/**
 * @param entries how many entries came before this answer ended
 * @throws DirectoryError unless the answer is a complete success
 */
export function checkReply(reply: Reply, search: Search, entries: number, options: SearchOptions): void {
  if (reply.result.status !== 0) throw resultFailure(reply.result, describe(search, entries));
  if (reply.references === 0 || options.referrals === 'ignore') return;
  const message = `${describe(search, entries)}: the server returned a referral to another server, and referrals is set to fail.`;
  throw new DirectoryError('referral', message);
}

/** The description of a search in messages. */
export function describe({ base, filter, about }: Search, entries: number): string {
  return `Search ${about ?? `below "${base}" for ${filter.toString()}`} (${entries} entries read)`;
}
