/** A small LDAP v3 server in this process: serves entries, is changed by function calls, misbehaves on demand. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Changes, createChanges, load } from './changes.ts';
import { serve } from './connection.ts';
import { type Fault, throughFaults } from './fault.ts';
import { filterText } from './filter.ts';
import type { Attributes, LdifEntry } from './ldif.ts';
import type { Request } from './protocol.ts';
import { createRootDse } from './root-dse.ts';
import { type Account, createSession, type Directory } from './session.ts';
import { createTree } from './tree.ts';

/** Of the requests seen, so many are kept: a demonstration may run for weeks. */
const keptRequests = 10_000;

export interface LdapServerOptions {
  /** Parents first. */
  readonly entries: readonly LdifEntry[];
  /** Where the tree begins; made when it is not the first entry. Default: the DN of the first entry. */
  readonly suffix?: string;
  /** Who may bind. */
  readonly accounts?: readonly Account[];
  /** Default: false, only the root DSE is for everybody. */
  readonly allowAnonymous?: boolean;
  /** Added to the root DSE, or put in the place of its usual attributes. */
  readonly rootDse?: Attributes;
  readonly faults?: readonly Fault[];
  /** Called before a request is answered, so that it can change entries or faults first. */
  readonly onRequest?: (request: RecordedRequest) => void;
  /** Default: 0, any free port. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  readonly clock?: () => Date;
}

/** A request as it came in; `filter`: as text. */
export interface RecordedRequest {
  readonly op: Request['op'];
  readonly connection: number;
  /** The bound DN, empty while anonymous. */
  readonly identity: string;
  /** Of a bind or a search. */
  readonly dn?: string;
  readonly filter?: string;
  readonly attributes?: readonly string[];
  readonly cookie?: string | undefined;
}

export interface LdapServer extends Changes, AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The newest ten thousand, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Adds a fault to those there are; the first one added is the nearest to the client. */
  inject(fault: Fault): void;
  /** Takes all faults away. */
  heal(): void;
  /** Ends all connections and frees the port; entries stay readable by nobody. */
  close(): Promise<void>;
}

/** Starts a server and answers when it listens. Throws LdapFailure for entries that do not make a tree. */
export async function startLdapServer(options: LdapServerOptions): Promise<LdapServer> {
  const { host = '127.0.0.1', port = 0, clock = () => new Date() } = options;
  const suffix = options.suffix ?? options.entries[0]?.dn;
  if (suffix === undefined) throw new Error('A directory without entries needs a suffix');
  const tree = createTree(suffix);
  const changes = createChanges(tree, clock);
  load(tree, changes, options.entries);
  const directory: Directory = {
    tree,
    rootDse: createRootDse(suffix, options.rootDse ?? {}),
    accounts: options.accounts ?? [],
    allowAnonymous: options.allowAnonymous ?? false,
  };
  const requests: RecordedRequest[] = [];
  const faults: Fault[] = [...(options.faults ?? [])];
  const record = (request: Request) => {
    const recorded = describeRequest(request);
    requests.push(recorded);
    if (requests.length > keptRequests) requests.shift();
    options.onRequest?.(recorded);
  };
  const listener = createServer(acceptor(directory, faults, record));
  const sockets = trackSockets(listener);
  listener.listen(port, host);
  await once(listener, 'listening');
  const close = () => closeServer(listener, sockets);
  return {
    ...changes,
    url: `ldap://${host}:${portOf(listener)}`,
    port: portOf(listener),
    requests,
    inject: fault => void faults.push(fault),
    heal: () => void faults.splice(0),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What happens with each new connection. */
function acceptor(directory: Directory, faults: readonly Fault[], record: (request: Request) => void) {
  let connections = 0;
  return (socket: Socket): void => {
    connections += 1;
    const connection = connections;
    const session = createSession(directory);
    void serve(socket, asked => {
      const request: Request = { ...asked, connection, identity: session.identity() };
      record(request);
      return throughFaults(faults, request, session.answer);
    });
  };
}

function describeRequest(request: Request): RecordedRequest {
  const { op, connection, identity } = request;
  if (op === 'bind') return { op, connection, identity, dn: request.dn };
  if (op !== 'search') return { op, connection, identity };
  const { dn, attributes, page } = request;
  return {
    op,
    connection,
    identity,
    dn,
    filter: filterText(request.filter),
    attributes,
    cookie: page?.cookie,
  };
}

function trackSockets(listener: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  listener.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

async function closeServer(listener: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  if (!listener.listening) return;
  const closed = once(listener, 'close');
  listener.close();
  for (const socket of sockets) socket.destroy();
  await closed;
}

function portOf(listener: Server): number {
  const address = listener.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}
