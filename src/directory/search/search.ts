/** One search and its whole answer, asked again where the server is too busy for it. */
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
  /** Stands for base and filter in messages, where they name people. */
  readonly about?: string;
}

/** What a page took, the tries included that the server was too busy for. */
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
  /** Told after every page. */
  readonly onPage?: (counts: PageCounts) => void;
  /** Left out: no waiting. */
  readonly pace?: Throttle;
  /** For each page. Left out: as for any other answer. */
  readonly patience?: WireTimeouts;
}

/** adminLimitExceeded, busy, unavailable: what a server says that could do it at another time. */
const OVERLOADED: readonly number[] = [11, 51, 52];

export interface Asked {
  readonly reply: Reply;
  readonly counts: PageCounts;
}

/** Asks again where the server is overloaded: the same page, for then it has not looked at the cookie yet. */
export async function request(
  connection: Connection,
  search: Search,
  controls: PagedResultsControl[],
  { pace, patience }: Pick<SearchOptions, 'pace' | 'patience'>,
): Promise<Asked> {
  let bytes = 0;
  for (let queries = 1; ; queries += 1) {
    const turn = pace?.turn();
    // An await for nothing would send the next page's request only after this page was worked through.
    if (turn) await turn;
    const reply = await sendSearch(connection, search, controls, patience);
    bytes += reply.bytes;
    if (pace === undefined || queries === MAX_TRIES || !OVERLOADED.includes(reply.result.status))
      return { reply, counts: countsOf(reply, queries, bytes) };
    await pace.rest(queries);
  }
}

function countsOf({ entries, references, uris }: Reply, queries: number, bytes: number): PageCounts {
  return { queries, entries: entries.length, references, uris, bytes };
}

/** No size limit of our own: a server's limit would pass for success. No time limit either: the wire has one. */
function sendSearch(
  { wire }: Connection,
  { base, scope, filter, attributes }: Search,
  controls: PagedResultsControl[],
  patience: WireTimeouts | undefined,
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
    patience,
  );
}

/**
 * @param entries how many came before this answer ended
 * @throws DirectoryError unless the answer is a success that may be believed
 */
export function checkReply(reply: Reply, search: Search, entries: number, options: SearchOptions): void {
  if (reply.result.status !== 0) throw resultFailure(reply.result, describe(search, entries));
  if (reply.references === 0 || options.referrals === 'ignore') return;
  const message = `${describe(search, entries)}: the server refers to others, and referrals is set to fail.`;
  throw new DirectoryError('referral', message);
}

/** How messages call a search. */
export function describe({ base, filter, about }: Search, entries: number): string {
  return `Search ${about ?? `below "${base}" for ${filter.toString()}`} (${entries} entries read)`;
}
