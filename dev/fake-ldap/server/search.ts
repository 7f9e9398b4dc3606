/** Answers searches from a tree of entries. */
import { type Reply, resultCode, type Search } from '../../../src/directory/protocol/protocol.ts';
import { answerFound } from '../../../src/directory/server/answer.ts';
import type { Entry } from '../../../src/directory/server/entries.ts';
import { compileFilter } from '../../../src/directory/server/match.ts';
import type { Cursors, Found } from '../../../src/directory/server/paging.ts';
import type { Tree } from '../tree/tree.ts';

/** The answer to a search, or to one of its pages. Throws LdapFailure with the code to answer instead. */
export function answerSearch(search: Search, tree: Tree, rootDse: Entry, cursors: Cursors): Reply {
  return answerFound(search, cursors, () => find(search, tree, rootDse));
}

function find(search: Search, tree: Tree, rootDse: Entry): Found {
  const test = compileFilter(search.filter, search.hides);
  const candidates = isRootDse(search) ? [rootDse] : tree.under(search.dn, search.scope);
  const entries: Entry[] = [];
  for (const entry of candidates) {
    if (test(entry) !== true) continue;
    if (search.sizeLimit > 0 && entries.length === search.sizeLimit) {
      return { entries, code: resultCode.sizeLimitExceeded };
    }
    entries.push(entry);
  }
  return { entries, code: resultCode.success };
}

/** The entry that describes the server; every client may read it (RFC 4512 section 5.1). */
export function isRootDse({ dn, scope }: Search): boolean {
  return dn === '' && scope === 'base';
}
