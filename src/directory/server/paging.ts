/** Simple paged results, RFC 2696. */
import { LdapFailure, type PageRequest, resultCode } from '../protocol/protocol.ts';
import type { Entry } from './entries.ts';

/** The result of a search in the order of sending. `code`: its result code. */
export interface Found {
  readonly entries: readonly Entry[];
  readonly code: number;
}

export interface Page extends Found {
  readonly cookie: string;
}

/** The searches of one connection with remaining pages. */
export interface Cursors {
  /** The first page of a result. */
  open(found: Found, size: number): Page;
  /** The page of a cookie; each cookie is valid once. Throws LdapFailure 53 for any other. */
  resume(page: PageRequest): Page;
}

/** A cookie names its page, counted from 1: "search 7, page 2". */
export function pageNumber(cookie: string): number {
  return cookie === '' ? 1 : Number(/page (\d+)$/.exec(cookie)?.[1]);
}

/** The cursors of a new connection: a cookie is not valid on another one. */
export function createCursors(): Cursors {
  const rests = new Map<string, Found>();
  let searches = 0;

  function page({ entries, code }: Found, size: number, next: string): Page {
    if (entries.length <= size) return { entries, code, cookie: '' };
    rests.set(next, { entries: entries.slice(size), code });
    return { entries: entries.slice(0, size), code: resultCode.success, cookie: next };
  }

  function resume({ cookie, size }: PageRequest): Page {
    const rest = rests.get(cookie);
    if (!rest) throw new LdapFailure(resultCode.unwillingToPerform, 'The cookie is invalid or old');
    rests.delete(cookie);
    if (size === 0) return { entries: [], code: resultCode.success, cookie: '' };
    return page(rest, size, cookie.replace(/\d+$/, String(pageNumber(cookie) + 1)));
  }

  function open(found: Found, size: number): Page {
    searches += 1;
    return page(found, size, `search ${searches}, page 2`);
  }

  return { open, resume };
}
