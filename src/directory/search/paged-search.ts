/** Paged searches (RFC 2696): a search returns every entry, or it fails. */

import { setImmediate } from 'node:timers/promises';
import { PagedResultsControl } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import type { Connection } from '../connection/connect.ts';
import type { Frame } from '../connection/frames.ts';
import { withPlace } from '../connection/result-errors.ts';
import { type Entry, readEntry } from '../entry/entry.ts';
import { requireBase } from './entry-search.ts';
import { type OnEntry, takenIn } from './on-entry.ts';
import { checkReply, describe, type PageReply, request, type Search, type SearchOptions } from './search.ts';

export interface PagingOptions extends SearchOptions {
  readonly pageSize: number;
}

interface Page extends PageReply {
  /** Where the next page begins; undefined after the last. */
  readonly cookie: Buffer | undefined;
  /** The server answered with the paged results control, as RFC 2696 requires. */
  readonly paged: boolean;
}

/**
 * Calls `onEntry` for every entry that matches. Only an empty cookie ends the search: an empty page can be followed by
 * others. The next page is requested before the current one is processed. A server that ignores paging sends one
 * answer, which is complete if its result is success.
 * @throws DirectoryError with the base, the filter and the number of entries read so far
 */
export async function searchAll(
  connection: Connection,
  search: Search,
  options: PagingOptions,
  onEntry: OnEntry,
): Promise<void> {
  let entries = 0;
  let paged = false;
  const ask = (cookie: Buffer | undefined) => requestPage(connection, search, options, cookie);
  let next: Promise<Page> | undefined = ask(undefined);
  while (next) {
    const page: Page = await next.catch(error => {
      throw withPlace(error, describe(search, entries));
    });
    entries += page.counts.entries;
    if (paged && page.reply.result.status === PAGING_REFUSED) throw lostCookie(search, entries);
    checkReply(page.reply, search, entries, options);
    paged ||= page.paged;
    next = page.cookie ? ask(page.cookie) : undefined;
    // An exception in this loop leaves the next page unawaited. Its failure would be that of the same connection.
    next?.catch(() => {});
    await processEntries(page.reply.entries, onEntry);
    options.onPage?.(page.counts);
  }
  if (entries === 0 && !paged) await requireBase(connection, search, options);
}

/** unavailableCriticalExtension. */
const PAGING_REFUSED = 12;

/** A server that paged already knows how: Active Directory answers so if it dropped the cookie. */
function lostCookie(search: Search, entries: number): DirectoryError {
  const problem = `${describe(search, entries)}: the server no longer knows where the next page begins (LDAP result 12).`;
  return new DirectoryError('interrupted', problem, {
    fix: 'The next run reads from the beginning. If this repeats, set urls to single servers, or reduce pageSize.',
  });
}

/** Bytes to decode before yielding to the event loop. */
const SLICE = 256 * 1024;

/**
 * Processes entries in slices, so that the other connection can request its next page meanwhile. A page of large groups
 * takes as long as ten pages of users, and the server would be idle during that time.
 */
async function processEntries(frames: readonly Frame[], onEntry: OnEntry): Promise<void> {
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
 * The first entries that match, and whether there are more. For checks only: a sync must not draw conclusions from
 * them.
 * @throws DirectoryError as `searchAll`
 */
export async function searchSome(
  connection: Connection,
  search: Search,
  options: PagingOptions,
): Promise<{ readonly entries: readonly Entry[]; readonly more: boolean }> {
  let cookie: Buffer | undefined;
  do {
    const page: Page = await requestPage(connection, search, options, cookie);
    checkReply(page.reply, search, page.counts.entries, options);
    cookie = page.cookie;
    if (page.counts.entries > 0)
      return { entries: page.reply.entries.map(frame => readEntry(frame)), more: cookie !== undefined };
  } while (cookie);
  return { entries: [], more: false };
}

async function requestPage(
  connection: Connection,
  search: Search,
  options: PagingOptions,
  cookie: Buffer | undefined,
): Promise<Page> {
  const { pageSize } = options;
  const value = cookie ? { size: pageSize, cookie } : { size: pageSize };
  // Not critical: a server without paging then sends one answer, and success without a control is the whole of it.
  const controls = [new PagedResultsControl({ critical: false, value })];
  const asked = await request(connection, search, controls, options);
  const next = asked.reply.result.cookie;
  return { ...asked, cookie: next?.length ? next : undefined, paged: next !== undefined };
}
