/** Faults of paging and of limits. */
import { type Fault, searchFault } from '../fault.ts';
import { pageNumber } from '../paging.ts';
import { resultCode } from '../protocol.ts';

const later = 'later: ';

/** Puts pages without entries, but with a cookie, behind page `afterPage` of every search (0: first of all). */
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

/** Answers paged searches whole and without a paging control, like a server that does not know it. */
export function ignorePaging(): Fault {
  return searchFault((search, answer) => answer({ ...search, page: undefined }));
}

/** Refuses paged searches, as a server does that does not know the control. */
export function refusePaging(): Fault {
  return searchFault((search, answer) => {
    if (search.page === undefined) return answer(search);
    return [
      { kind: 'done', code: resultCode.unavailableCriticalExtension, message: 'Paging is not supported' },
    ];
  });
}

/** The server's own limit: a search, its pages together, ends with result code 4 after `count` entries. */
export function sizeLimitAfter(count: number): Fault {
  return searchFault((search, answer) => answer({ ...search, sizeLimit: count }));
}
