/** Searches that are read whole, page by page (RFC 2696), or fail. */

import { setImmediate } from 'node:timers/promises';
import { PagedResultsControl } from 'ldapts';
import type { Connection } from '../connection/connect.ts';
import type { Frame } from '../connection/frames.ts';
import { withPlace } from '../connection/result-errors.ts';
import { type Entry, readEntry } from '../entry/entry.ts';
import { requireBase } from './entry-search.ts';
import { type OnEntry, takenIn } from './on-entry.ts';
import { type Asked, checkReply, describe, request, type Search, type SearchOptions } from './search.ts';

export interface PagingOptions extends SearchOptions {
  readonly pageSize: number;
}

interface Page extends Asked {
  /** Where the next page begins; undefined after the last. */
  readonly cookie: Buffer | undefined;
  /** The server answered to the control, as RFC 2696 bids it. */
  readonly paged: boolean;
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
  onEntry: OnEntry,
): Promise<void> {
  let entries = 0;
  let paged = false;
  const ask = (cookie: Buffer | undefined) => askPage(connection, search, options, cookie);
  let next: Promise<Page> | undefined = ask(undefined);
  while (next) {
    const page: Page = await next.catch(error => {
      throw withPlace(error, describe(search, entries));
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
async function workThrough(frames: readonly Frame[], onEntry: OnEntry): Promise<void> {
  let bytes = 0;
  for (const frame of frames) {
    await takenIn(onEntry(readEntry(frame)));
    bytes += frame.end - frame.start;
    if (bytes < SLICE) continue;
    bytes = 0;
    await setImmediate();
  }
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

async function askPage(
  connection: Connection,
  search: Search,
  options: PagingOptions,
  cookie: Buffer | undefined,
): Promise<Page> {
  const { pageSize } = options;
  const value = cookie ? { size: pageSize, cookie } : { size: pageSize };
  const controls = [new PagedResultsControl({ critical: true, value })];
  const asked = await request(connection, search, controls, options);
  const next = asked.reply.result.cookie;
  return { ...asked, cookie: next?.length ? next : undefined, paged: next !== undefined };
}
