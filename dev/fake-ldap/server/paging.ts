/** Simple paged results, RFC 2696. */
import { LdapFailure, type PageRequest, resultCode } from '../protocol/protocol.ts';
import type { Entry } from '../tree/entries.ts';

/** Everything that a search found, in the order in which it is sent. `code`: how it ends. */
export interface Found {
  readonly entries: readonly Entry[];
  readonly code: number;
}

export interface Page extends Found {
  readonly cookie: string;
}

/** The searches of one connection that have pages left. */
export interface Cursors {
  /** The first page of what was found. */
  open(found: Found, size: number): Page;
  /** The page that a cookie stands for; each is good once. Throws LdapFailure 53 for any other. */
  resume(page: PageRequest): Page;
}

/** A cookie tells which page it leads to, counted from 1: "search 7, page 2". */
export function pageNumber(cookie: string): number {
  return cookie === '' ? 1 : Number(/page (\d+)$/.exec(cookie)?.[1]);
}

/** Cursors of a new connection: a cookie is worth nothing on another one. */
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
