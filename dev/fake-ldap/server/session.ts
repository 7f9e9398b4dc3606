/** The session of one client: its identity, and the answer to each request. */

import { keyOf } from '../../../src/directory/protocol/dn.ts';
import {
  type Bind,
  LdapFailure,
  type Open,
  oid,
  type Reply,
  type Request,
  resultCode,
  type Search,
} from '../../../src/directory/protocol/protocol.ts';
import { orFailure } from '../../../src/directory/server/answer.ts';
import type { Entry } from '../../../src/directory/server/entries.ts';
import { createCursors } from '../../../src/directory/server/paging.ts';
import { createSelection } from '../../../src/directory/server/select.ts';
import { isUnder } from '../../../src/text/dn-key.ts';
import type { Store } from '../tree/store.ts';
import type { Tree } from '../tree/tree.ts';
import { answerSearch, isRootDse } from './search.ts';

export interface Account {
  readonly dn: string;
  readonly password: string;
}

/** The shared state of the sessions of a server. */
export interface Directory {
  readonly tree: () => Tree;
  readonly follow: Store['follow'];
  readonly rootDse: Entry;
  readonly accounts: readonly Account[];
  readonly allowAnonymous: boolean;
}

export interface Session {
  /** The bound DN; empty while anonymous. */
  readonly identity: () => string;
  readonly answer: (request: Request) => Reply;
}

/** A session begins anonymous. */
export function createSession(directory: Directory): Session {
  const cursors = createCursors();
  let identity = '';

  function answer(request: Request): Reply {
    if (request.critical.length > 0) {
      throw new LdapFailure(
        resultCode.unavailableCriticalExtension,
        `Unknown control ${request.critical[0]}`,
      );
    }
    switch (request.op) {
      case 'bind':
        identity = '';
        identity = bind(directory, request);
        return [{ kind: 'done', code: resultCode.success }];
      case 'search':
        if (!isRootDse(request)) requireIdentity();
        if (request.persistent) return [followed(request, directory)];
        return answerSearch(request, directory.tree(), directory.rootDse, cursors);
      case 'extended':
        return extended(request.oid, identity);
      default:
        throw new LdapFailure(resultCode.unwillingToPerform, 'This server is changed in-process only');
    }
  }

  function requireIdentity(): void {
    if (identity !== '' || directory.allowAnonymous) return;
    throw new LdapFailure(
      resultCode.insufficientAccessRights,
      'Anonymous clients may read the root DSE only',
    );
  }

  return { identity: () => identity, answer: request => orFailure(() => answer(request)) };
}

/** Sends all changes below the base, and ignores the filter. */
function followed(search: Search, { follow }: Directory): Open {
  const selection = createSelection(search);
  const base = keyOf(search.dn);
  return {
    kind: 'open',
    follow: send =>
      follow(({ entry, ...change }) => {
        if (isUnder(entry.key, base)) send(selection(entry), change);
      }),
  };
}

/** The DN of the client after a bind (RFC 4513 section 5.1). Throws LdapFailure if it is refused. */
function bind({ accounts, allowAnonymous }: Directory, { dn, mechanism, password }: Bind): string {
  if (mechanism !== 'simple') {
    throw new LdapFailure(resultCode.authMethodNotSupported, `${mechanism} is not supported`);
  }
  if (dn === '' && password === '') {
    if (allowAnonymous) return '';
    throw new LdapFailure(resultCode.inappropriateAuthentication, 'Anonymous bind is disallowed');
  }
  if (password === '')
    throw new LdapFailure(resultCode.unwillingToPerform, 'A DN without a password is disallowed');
  const key = keyOf(dn);
  const account = accounts.find(known => keyOf(known.dn) === key && known.password === password);
  if (!account) throw new LdapFailure(resultCode.invalidCredentials, 'Wrong name or password');
  return account.dn;
}

function extended(name: string, identity: string): Reply {
  if (name !== oid.whoAmI)
    throw new LdapFailure(resultCode.protocolError, `Unknown extended operation ${name}`);
  return [{ kind: 'done', code: resultCode.success, value: identity && `dn:${identity}` }];
}
