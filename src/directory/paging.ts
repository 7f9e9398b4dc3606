/** Searches that are read whole, page by page (RFC 2696), or fail. */
import { setImmediate } from 'node:timers/promises';
import { type Filter, PagedResultsControl, PresenceFilter, SearchRequest } from 'ldapts';
import { DirectoryError } from '../errors.ts';
import type { Connection } from './connect.ts';
import { type Entry, readEntry } from './entry.ts';
import { placed, resultFailure } from './failures.ts';
import type { Frame } from './frames.ts';
import { MAX_TRIES, type Pace } from './pace.ts';
import { type Reply, send } from './wire.ts';

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
  readonly bytes: number;
}

export interface SearchOptions {
  readonly referrals: 'ignore' | 'fail';
  /** Told after every page. */
  readonly onPage?: (counts: PageCounts) => void;
  /** Left out: no waiting. */
  readonly pace?: Pace;
}

export interface PagingOptions extends SearchOptions {
  readonly pageSize: number;
}

/**
 * Hands over every entry that matches. Only an empty cookie ends it: a page may be empty and others follow. The next
 * page is asked for before this one is worked through. A server that ignores paging gives its one answer, which is
 * complete when the server calls it a success.
 * @throws DirectoryError that names base, filter and the number of entries read until then
 */
export async function searchAll(
  connection: Connection,
  search: Search,
  options: PagingOptions,
  onEntry: (entry: Entry) => void,
): Promise<void> {
  let entries = 0;
  let paged = false;
  const ask = (cookie: Buffer | undefined) => askPage(connection, search, options, cookie);
  let next: Promise<Page> | undefined = ask(undefined);
  while (next) {
    const page: Page = await next.catch(error => {
      throw placed(error, describe(search, entries));
    });
    entries += page.counts.entries;
    checkReply(page.reply, search, entries, options);
    paged ||= page.paged;
    next = page.cookie ? ask(page.cookie) : undefined;
    // Whoever throws out of this loop leaves the next page unawaited; its failure is that of the same connection.
    next?.catch(() => {});
    await workThrough(page.reply.entries, onEntry);
    options.onPage?.(page.counts);
  }
  if (entries === 0 && !paged) await requireBase(connection, search, options);
}

/** Bytes to decode before others get their turn. */
const SLICE = 256 * 1024;

/**
 * In slices, so that the page which another connection waits for is asked for meanwhile: a page of large groups takes
 * as long as ten of people, and the server would have nothing to do.
 */
async function workThrough(frames: readonly Frame[], onEntry: (entry: Entry) => void): Promise<void> {
  let bytes = 0;
  for (const frame of frames) {
    onEntry(readEntry(frame));
    bytes += frame.end - frame.start;
    if (bytes < SLICE) continue;
    bytes = 0;
    await setImmediate();
  }
}

/**
 * Makes sure that the base of a search is there. 389 Directory Server takes a paged search below an entry that is not
 * for a success without entries; only the control that its answer lacks gives that away. An unpaged search tells.
 * @throws DirectoryError `base_missing`
 */
export async function requireBase(
  connection: Connection,
  search: Search,
  options: SearchOptions,
): Promise<void> {
  const filter = new PresenceFilter({ attribute: 'objectClass' });
  const base: Search = { ...search, scope: 'base', filter, attributes: ['1.1'] };
  const { reply, counts } = await request(connection, base, [], options.pace);
  options.onPage?.(counts);
  checkReply(reply, search, 0, options);
}

/**
 * The first entries that match, and whether there are more: enough to look at a directory, never to conclude from.
 * @throws DirectoryError as `searchAll`
 */
export async function searchSome(
  connection: Connection,
  search: Search,
  options: PagingOptions,
): Promise<{ readonly entries: readonly Entry[]; readonly more: boolean }> {
  let cookie: Buffer | undefined;
  do {
    const page: Page = await askPage(connection, search, options, cookie);
    checkReply(page.reply, search, page.counts.entries, options);
    cookie = page.cookie;
    if (page.counts.entries > 0)
      return { entries: page.reply.entries.map(readEntry), more: cookie !== undefined };
  } while (cookie);
  return { entries: [], more: false };
}

/** The one entry with that DN, or undefined when the directory says that it has none we may see. */
export async function searchEntry(
  connection: Connection,
  search: Omit<Search, 'scope'>,
  options: SearchOptions = { referrals: 'ignore' },
): Promise<Entry | undefined> {
  const found = await lookUp(connection, search, options);
  return found === 'missing' ? undefined : found;
}

/**
 * The same, told apart: `missing` when there is no entry with that DN, undefined when there is one that does not match.
 * @throws DirectoryError `referral` when another server would have to say
 */
export async function lookUp(
  connection: Connection,
  search: Omit<Search, 'scope'>,
  options: SearchOptions,
): Promise<Entry | 'missing' | undefined> {
  const wanted: Search = { ...search, scope: 'base' };
  const { reply, counts } = await request(connection, wanted, [], options.pace);
  options.onPage?.(counts);
  if (NOT_THERE.includes(reply.result.status)) return 'missing';
  checkReply(reply, wanted, counts.entries, options);
  const [frame] = reply.entries;
  return frame && readEntry(frame);
}

/** noSuchObject, invalidDNSyntax: a name that the server cannot read names nothing in it. */
const NOT_THERE: readonly number[] = [32, 34];
/** adminLimitExceeded, busy, unavailable: what a server says that could do it at another time. */
const OVERLOADED: readonly number[] = [11, 51, 52];

interface Asked {
  readonly reply: Reply;
  readonly counts: PageCounts;
}

interface Page extends Asked {
  /** Where the next page begins; undefined after the last. */
  readonly cookie: Buffer | undefined;
  /** The server answered to the control, as RFC 2696 bids it. */
  readonly paged: boolean;
}

async function askPage(
  connection: Connection,
  search: Search,
  { pageSize, pace }: PagingOptions,
  cookie: Buffer | undefined,
): Promise<Page> {
  const value = cookie ? { size: pageSize, cookie } : { size: pageSize };
  const controls = [new PagedResultsControl({ critical: true, value })];
  const asked = await request(connection, search, controls, pace);
  const control = asked.reply.result.controls?.find(each => each instanceof PagedResultsControl);
  const next = control?.value?.cookie;
  return { ...asked, cookie: next?.length ? next : undefined, paged: control !== undefined };
}

/** Asks again where the server is overloaded: the same page, for then it has not looked at the cookie yet. */
async function request(
  connection: Connection,
  search: Search,
  controls: PagedResultsControl[],
  pace: Pace | undefined,
): Promise<Asked> {
  let bytes = 0;
  for (let queries = 1; ; queries += 1) {
    const turn = pace?.turn();
    // An await for nothing would send the next page's request only after this page was worked through.
    if (turn) await turn;
    const reply = await sendSearch(connection, search, controls);
    bytes += reply.bytes;
    if (pace === undefined || queries === MAX_TRIES || !OVERLOADED.includes(reply.result.status))
      return {
        reply,
        counts: { queries, entries: reply.entries.length, references: reply.references, bytes },
      };
    await pace.rest(queries);
  }
}

/** No size limit of our own: a server's limit would pass for success. No time limit either: the wire has one. */
function sendSearch(
  { wire }: Connection,
  { base, scope, filter, attributes }: Search,
  controls: PagedResultsControl[],
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
  );
}

function checkReply(reply: Reply, search: Search, entries: number, options: SearchOptions): void {
  if (reply.result.status !== 0) throw resultFailure(reply.result, describe(search, entries));
  if (reply.references === 0 || options.referrals === 'ignore') return;
  const message = `${describe(search, entries)}: the server refers to others, and referrals is set to fail.`;
  throw new DirectoryError('referral', message);
}

function describe({ base, filter, about }: Search, entries: number): string {
  return `Search ${about ?? `below "${base}" for ${filter.toString()}`} (${entries} entries read)`;
}
