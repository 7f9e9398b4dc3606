/** Opens a read session on one server, and checks at its end that server and identity are still the same. */
import type { DirectorySettings } from '../../model/settings.ts';
import type { ReadCounts } from '../../model/snapshot.ts';
import type { LoadMembers } from '../../model/watch.ts';
import { type Connect, type Connection, connect } from '../connection/connect.ts';
import type { Entry } from '../entry/entry.ts';
import { traitsOf } from '../entry/vendor.ts';
import type { PagingOptions } from '../search/paged-search.ts';
import { readRootDse } from '../search/root-dse.ts';
import type { PageCounts } from '../search/search.ts';
import { createThrottle, type Pause, pauseUntil } from '../search/throttle.ts';
import { type Collection, collectReference, createCollection } from './collection.ts';
import {
  addServerState,
  checkPosition,
  identityFailure,
  isUnrelated,
  readServerState,
  type ServerState,
} from './read-consistency.ts';
import { checkSentinels } from './sentinels.ts';

export interface ReadOptions {
  /** The URL of the server to read from. */
  readonly server: string;
  readonly signal: AbortSignal;
  /** An open connection to that server, which stays open. Default: a connection of this session. */
  readonly connection?: Connection;
  /** How to open the connections of this session. Default: to the server. */
  readonly connect?: Connect;
  /** The marker of the last applied read. A server that is behind it is rejected. */
  readonly position?: string;
  /** Members according to the database: a read of some groups then reads only members who come or go. */
  readonly loadMembers?: LoadMembers | undefined;
  /** Called after every page. */
  readonly onProgress?: (counts: ReadCounts) => void;
  /** The current time, in milliseconds since 1970. */
  readonly clock?: () => number;
  /** How to wait between queries. Tests replace it. */
  readonly pause?: Pause;
}

export interface Session extends Disposable {
  readonly connection: Connection;
  /** All connections go to the same server. The first of them is `connection`. */
  readonly connections: readonly Connection[];
  readonly signal: AbortSignal;
  readonly root: Entry;
  /** Read before everything else, so that a change during this read shows again in the next one. */
  readonly marker: string | undefined;
  /** Whether the marker of the last complete read is one of another server; undefined: there is none. */
  readonly unrelated: boolean | undefined;
  readonly collection: Collection;
  readonly paging: PagingOptions;
  /** What the server reported at the beginning and the end of each connection, in the order of the requests. */
  readonly serverStates: ServerState[];
  /** Read on first use; empty if the server does not show its schema. */
  readonly schema: { attributes: ReadonlySet<string> | undefined };
}

/**
 * Connects to the server, reads the root DSE and the change marker over each connection, and checks the sentinels. The
 * caller must dispose of the session.
 * @throws DirectoryError; `server_behind` if the server is behind the last complete read
 */
export async function openSession(
  settings: DirectorySettings,
  options: ReadOptions,
  count = 1,
): Promise<Session> {
  using stack = new DisposableStack();
  const { server, signal, position } = options;
  const open = async () => stack.use(await (options.connect ?? connect)(server, settings, signal));
  const connection = options.connection ?? (await open());
  const connections = [connection];
  // Opens all connections first, because a bind can change the marker (OpenLDAP's lastbind).
  while (connections.length < count) connections.push(await open());
  const serverStates: ServerState[] = [];
  const root = await readRootDse(connection);
  for (const each of connections) {
    const own = each === connection ? root : await readRootDse(each);
    addServerState(serverStates, await readServerState(each, own, settings), server);
  }
  const marker = serverStates[0]?.marker;
  checkPosition(server, position, marker);
  await checkSentinels(connection, settings);
  const now = (options.clock ?? Date.now)();
  const collection = createCollection(settings, traitsOf(settings, root), now);
  const { expiresInSeconds } = connection.password ?? {};
  if (expiresInSeconds !== undefined)
    collection.counts.passwordExpiresAt = new Date(now + expiresInSeconds * 1000).toISOString();
  const paging = pagingOptions(collection, options);
  const kept = stack.move();
  const schema = { attributes: undefined };
  const unrelated = isUnrelated(position, marker);
  const parts = { connection, connections, signal, root, collection, paging, serverStates, schema };
  return { ...parts, marker, unrelated, [Symbol.dispose]: () => kept.dispose() };
}

/** How servers report an anonymous connection. */
const ANONYMOUS: readonly (string | undefined)[] = ['', 'dn:'];

/**
 * Checks that every connection is still to the same server with the same identity as at the beginning. An anonymous
 * connection may have read fewer entries.
 * @returns whether the marker did not change, so that the read is a consistent view of one point in time
 * @throws DirectoryError `interrupted`
 */
export async function checkSession({ connections, collection, serverStates }: Session): Promise<boolean> {
  for (const each of connections) {
    each.assertBound();
    addServerState(
      serverStates,
      await readServerState(each, await readRootDse(each), collection.settings),
      each.url,
    );
  }
  collection.lastMarker = serverStates.at(-1)?.marker;
  const [first] = serverStates;
  const { identity, marker } = first ?? {};
  if (ANONYMOUS.includes(identity)) throw identityFailure(connections[0]?.url ?? '', identity, identity);
  return marker !== undefined && serverStates.every(look => look.marker === marker);
}

function pagingOptions(collection: Collection, options: ReadOptions): PagingOptions {
  const { settings, counts } = collection;
  const { onProgress, pause = pauseUntil(options.signal) } = options;
  const onPage = ({ queries, entries, references, uris, bytes }: PageCounts) => {
    counts.queries += queries;
    counts.entries += entries;
    counts.references += references;
    counts.bytes += bytes;
    for (const uri of uris) collectReference(collection, uri);
    onProgress?.({ ...counts });
  };
  const throttle = createThrottle(settings.queriesPerSecond, () => performance.now(), pause);
  return { pageSize: settings.pageSize, referrals: settings.referrals, onPage, throttle };
}
