/** A small in-process LDAP v3 server: serves entries, is changed by function calls, and fails on demand. */
import type { Request } from '../../../src/directory/protocol/protocol.ts';
import { serve } from '../../../src/directory/server/conversation.ts';
import { listen } from '../../../src/directory/server/listener.ts';
import type { Attributes, LdifEntry } from '../tree/ldif.ts';
import { type RecordedRequest, record } from '../tree/record.ts';
import { createStore, type Store } from '../tree/store.ts';
import { type Fault, throughFaults } from './fault.ts';
import { createRootDse } from './root-dse.ts';
import { type Account, createSession, type Directory } from './session.ts';

export interface LdapServerOptions {
  /** Parents first. */
  readonly entries: readonly LdifEntry[];
  /**
   * The DN of the root of the tree, which is created if it is not the first entry. Default: the DN of the first entry.
   */
  readonly suffix?: string;
  /** The accounts that may bind. */
  readonly accounts?: readonly Account[];
  /** Default: false, anonymous clients may read only the root DSE. */
  readonly allowAnonymous?: boolean;
  /** Added to the root DSE, or replace its usual attributes. */
  readonly rootDse?: Attributes;
  /** The first one is next to the client. */
  readonly faults?: readonly Fault[];
  /** Called before a request is answered, so that it can change entries or faults first. */
  readonly onRequest?: (request: RecordedRequest) => void;
  /** Default: 0, any free port. */
  readonly port?: number;
  readonly clock?: () => Date;
}

export interface LdapServer extends Omit<Store, 'tree' | 'follow'>, AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The newest ten thousand, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Adds a fault after the present ones. */
  readonly inject: (fault: Fault) => void;
  /** Removes all faults. */
  readonly heal: () => void;
  /** Closes all connections and frees the port. */
  readonly close: () => Promise<void>;
}

/** Starts a server and resolves when it listens. Throws LdapFailure for entries that are not a tree. */
export async function startLdapServer(options: LdapServerOptions): Promise<LdapServer> {
  const { clock = () => new Date() } = options;
  const suffix = options.suffix ?? options.entries[0]?.dn;
  if (suffix === undefined) throw new Error('A directory without entries needs a suffix');
  const { tree, follow, ...changes } = createStore(suffix, options.entries, clock);
  const directory: Directory = {
    tree,
    follow,
    rootDse: createRootDse(suffix, options.rootDse ?? {}),
    accounts: options.accounts ?? [],
    allowAnonymous: options.allowAnonymous ?? false,
  };
  const requests: RecordedRequest[] = [];
  const faults: Fault[] = [...(options.faults ?? [])];
  let connections = 0;
  const { port, close } = await listen({ port: options.port ?? 0, host: '127.0.0.1' }, socket => {
    connections += 1;
    const connection = connections;
    const session = createSession(directory);
    void serve(socket, asked => {
      const request: Request = { ...asked, connection, identity: session.identity() };
      const recorded = record(requests, request);
      options.onRequest?.(recorded);
      return throughFaults(faults, request, session.answer);
    });
  });
  return {
    ...changes,
    url: `ldap://127.0.0.1:${port}`,
    port,
    requests,
    inject: fault => void faults.push(fault),
    heal: () => void faults.splice(0),
    close,
    [Symbol.asyncDispose]: close,
  };
}
