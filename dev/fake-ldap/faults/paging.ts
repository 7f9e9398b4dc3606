/** Faults of paging and of limits. */
import { resultCode, type SentEntry } from '../../../src/directory/protocol/protocol.ts';
import { pageNumber } from '../../../src/directory/server/paging.ts';
import { type Fault, searchFault } from '../server/fault.ts';

const later = 'later: ';

/** Inserts empty pages with a cookie after page `afterPage` of every search (0: at the start). */
export function emptyPageWithCookie(where: { readonly afterPage: number; readonly times?: number }): Fault {
  const { afterPage, times = 1 } = where;
  return searchFault((search, answer) => {
    const { page } = search;
    const cookie = page?.cookie.replaceAll(later, '') ?? '';
    if (page === undefined || pageNumber(cookie) !== afterPage + 1) return answer(search);
    if (page.cookie.length - cookie.length === later.length * times) {
      return answer({ ...search, page: { ...page, cookie } });
    }
    return [{ kind: 'done', code: resultCode.success, cookie: `${later}${page.cookie}` }];
  });
}

/** Answers paged searches completely and without a paging control, like a server that does not support it. */
export function ignorePaging(): Fault {
  return searchFault((search, answer) => answer({ ...search, page: undefined }));
}

/** Refuses searches with a critical paging control, like a server that does not support it; others are complete. */
export function unknownPaging(): Fault {
  return searchFault((search, answer) =>
    search.page?.critical === true
      ? [{ kind: 'done', code: resultCode.unavailableCriticalExtension, message: 'Unknown control' }]
      : answer({ ...search, page: undefined }),
  );
}

/**
 * Refuses paged searches from that page on, like a server that allows an account no paging, or has dropped the cookie.
 */
export function refusePaging(fromPage = 1): Fault {
  return searchFault((search, answer) => {
    if (search.page === undefined || pageNumber(search.page.cookie) < fromPage) return answer(search);
    return [
      { kind: 'done', code: resultCode.unavailableCriticalExtension, message: 'Paging is not supported' },
    ];
  });
}

/** The limit of the server: a search over all its pages ends with result code 4 after `count` entries. */
export function sizeLimitAfter(count: number): Fault {
  return searchFault((search, answer) => answer({ ...search, sizeLimit: count }));
}

/**
 * Searches the entries of each page again, like servers without a stored result: an entry that moves between two pages
 * is found at its new DN, or missed if that was passed already. `entryUUID`: an entry is sent once (OpenLDAP pages in
 * the order of its own numbers); `dn`: once at every DN where it is found.
 */
export function livePages(once: 'entryUUID' | 'dn'): Fault {
  const sentBefore = new Map<string, ReadonlySet<string>>();
  return searchFault((search, answer) => {
    const { page } = search;
    if (page === undefined) return answer(search);
    const sent = new Set(sentBefore.get(page.cookie));
    const isNew = (entry: SentEntry) => !sent.has(once === 'dn' ? entry.dn.toLowerCase() : uuidOf(entry));
    const reply = answer({ ...search, page: undefined });
    const entries = reply.filter(part => part.kind === 'entry').filter(isNew);
    const others = reply.filter(part => part.kind !== 'entry');
    const now = entries.slice(0, page.size);
    for (const entry of now) sent.add(once === 'dn' ? entry.dn.toLowerCase() : uuidOf(entry));
    const cookie =
      entries.length > page.size ? `live ${sentBefore.size}, page ${pageNumber(page.cookie) + 1}` : '';
    if (cookie !== '') sentBefore.set(cookie, sent);
    return [...now, ...others.map(part => (part.kind === 'done' ? { ...part, cookie } : part))];
  });
}

function uuidOf({ dn, attributes }: SentEntry): string {
  const attribute = attributes.find(({ name }) => name.toLowerCase() === 'entryuuid');
  return attribute?.values[0]?.toString() ?? dn;
}
