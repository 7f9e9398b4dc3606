/** What every in-process server does with a search and with a failure. */
import { LdapFailure, type Reply, type Search } from '../protocol/protocol.ts';
import type { Cursors, Found } from './paging.ts';
import { createSelection } from './select.ts';

/** The answer to a search, or to one of its pages. `find` is called unless a cookie continues an older search. */
export function answerFound(search: Search, cursors: Cursors, find: () => Found): Reply {
  const { page } = search;
  const selection = createSelection(search);
  if (!page) {
    const { entries, code } = find();
    return [...entries.map(selection), { kind: 'done', code }];
  }
  const { entries, code, cookie } = page.cookie ? cursors.resume(page) : cursors.open(find(), page.size);
  return [...entries.map(selection), { kind: 'done', code, cookie }];
}

/** The answer; a thrown LdapFailure is answered with its result code. */
export function orFailure(answer: () => Reply): Reply {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    return [{ kind: 'done', code: error.code, matchedDn: error.matchedDn, message: error.message }];
  }
}
