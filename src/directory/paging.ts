/** Searches that are read whole, page by page (RFC 2696), or fail. */
import { type Filter, PagedResultsControl, SearchRequest } from 'ldapts';
import { DirectoryError } from '../errors.ts';
import type { Connection } from './connect.ts';
import { type Entry, readEntry } from './entry.ts';
import { placed, resultFailure } from './failures.ts';
import { type Reply, send } from './wire.ts';

export interface Search {
  readonly base: string;
  readonly scope: 'base' | 'sub';
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** Stands for base and filter in messages, where they name people. */
  readonly about?: string;
}

/** Told after every page. */
export interface PageCounts {
  readonly entries: number;
  readonly references: number;
}

export interface PagingOptions {
  readonly pageSize: number;
  readonly referrals: 'ignore' | 'fail';
  readonly onPage?: (counts: PageCounts) => void;
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
  const ask = (cookie: Buffer | undefined) => askPage(connection, search, options.pageSize, cookie);
  let next: Promise<Page> | undefined = ask(undefined);
  while (next) {
    const page: Page = await next.catch(error => {
      throw placed(error, describe(search, entries));
    });
    entries += page.reply.entries.length;
    checkPage(page.reply, search, entries, options);
    next = page.cookie ? ask(page.cookie) : undefined;
    // Whoever throws out of this loop leaves the next page unawaited; its failure is that of the same connection.
    next?.catch(() => {});
    for (const frame of page.reply.entries) onEntry(readEntry(frame));
    options.onPage?.({ entries: page.reply.entries.length, references: page.reply.references });
  }
}

/** The one entry with that DN, or undefined when the directory says that it has none we may see. */
export async function searchEntry(
  connection: Connection,
  search: Omit<Search, 'scope'>,
): Promise<Entry | undefined> {
  const reply = await request(connection, { ...search, scope: 'base' }, []);
  if (NOT_THERE.includes(reply.result.status)) return undefined;
  if (reply.result.status !== 0) throw resultFailure(reply.result, describe({ ...search, scope: 'base' }, 0));
  const [frame] = reply.entries;
  return frame && readEntry(frame);
}

/** noSuchObject, invalidDNSyntax: a name that the server cannot read names nothing in it. */
const NOT_THERE: readonly number[] = [32, 34];

interface Page {
  readonly reply: Reply;
  /** Where the next page begins; undefined after the last. */
  readonly cookie: Buffer | undefined;
}

async function askPage(
  connection: Connection,
  search: Search,
  pageSize: number,
  cookie: Buffer | undefined,
): Promise<Page> {
  const value = cookie ? { size: pageSize, cookie } : { size: pageSize };
  const reply = await request(connection, search, [new PagedResultsControl({ critical: true, value })]);
  const control = reply.result.controls?.find(each => each instanceof PagedResultsControl);
  const next = control?.value?.cookie;
  return { reply, cookie: next?.length ? next : undefined };
}

/** No size limit of our own: a server's limit would pass for success. No time limit either: the wire has one. */
function request(connection: Connection, search: Search, controls: PagedResultsControl[]): Promise<Reply> {
  const { base, scope, filter, attributes } = search;
  return send(
    connection.wire,
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

function checkPage(reply: Reply, search: Search, entries: number, options: PagingOptions): void {
  if (reply.result.status !== 0) throw resultFailure(reply.result, describe(search, entries));
  if (reply.references === 0 || options.referrals === 'ignore') return;
  const message = `${describe(search, entries)}: the server refers to others, and referrals is set to fail.`;
  throw new DirectoryError('referral', message);
}

function describe({ base, filter, about }: Search, entries: number): string {
  return `Search ${about ?? `below "${base}" for ${filter.toString()}`} (${entries} entries read)`;
}
