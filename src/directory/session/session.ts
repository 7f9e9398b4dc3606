/** What every read begins and ends with: who and what the server is, and that nothing of it changed on the way. */
import type { DirectorySettings } from '../../model/settings.ts';
import type { ReadCounts } from '../../model/snapshot.ts';
import { type Connection, connect } from '../connection/connect.ts';
import type { Entry } from '../entry/entry.ts';
import { traitsOf } from '../entry/vendor.ts';
import type { PagingOptions } from '../search/paged-search.ts';
import { readRootDse } from '../search/root-dse.ts';
import type { PageCounts } from '../search/search.ts';
import { type Pause, pauseUntil, startPace } from '../search/throttle.ts';
import { type Collection, collectReference, startCollecting } from './collection.ts';
import {
  addServerState,
  checkPosition,
  readServerState,
  type ServerState,
  tookFor,
} from './read-consistency.ts';
import { checkSentinels } from './sentinels.ts';

export interface ReadOptions {
  /** The URL of the one server that this read is about. */
  readonly server: string;
  readonly signal: AbortSignal;
  /** The marker of the last complete read: a server that is behind it is not believed. */
  readonly position?: string;
  /** Told after every page. */
  readonly onProgress?: (counts: ReadCounts) => void;
  /** Now, in milliseconds since 1970. */
  readonly clock?: () => number;
  /** How to wait, where the server wants to be spared. */
  readonly pause?: Pause;
}

export interface Session extends Disposable {
  readonly connection: Connection;
  /** To the same server; the first of them is `connection`. */
  readonly connections: readonly Connection[];
  readonly signal: AbortSignal;
  readonly root: Entry;
  /** Read before everything else, so that whatever changes meanwhile shows again in the next read. */
  readonly marker: string | undefined;
  readonly collection: Collection;
  readonly paging: PagingOptions;
  /** What the server said of itself at the beginning and the end of each connection, in the order of asking. */
  readonly looks: ServerState[];
  /** Read when it is first needed; empty where the server does not show it. */
  readonly schema: { attributes: ReadonlySet<string> | undefined };
}

/**
 * Connects to the server, reads its root DSE and change marker over each connection, and looks for the sentinels. The
 * caller disposes of the session.
 * @throws DirectoryError; `server_behind` when the server has not seen what the last complete read saw
 */
export async function openSession(
  settings: DirectorySettings,
  options: ReadOptions,
  count = 1,
): Promise<Session> {
  using stack = new DisposableStack();
  const { server, signal, position } = options;
  const connection = stack.use(await connect(server, settings, signal));
  const connections = [connection];
  // All of them first: a bind may move the change marker (OpenLDAP's lastbind).
  while (connections.length < count) connections.push(stack.use(await connect(server, settings, signal)));
  const looks: ServerState[] = [];
  const root = await readRootDse(connection);
  for (const each of connections) {
    const own = each === connection ? root : await readRootDse(each);
    addServerState(looks, await readServerState(each, own, settings), server);
  }
  const marker = looks[0]?.marker;
  checkPosition(server, position, marker);
  await checkSentinels(connection, settings);
  const collection = startCollecting(settings, traitsOf(settings, root), (options.clock ?? Date.now)());
  const paging = pagingOptions(collection, options);
  const kept = stack.move();
  const schema = { attributes: undefined };
  const parts = { connection, connections, signal, root, marker, collection, paging, looks, schema };
  return { ...parts, [Symbol.dispose]: () => kept.dispose() };
}

/** How servers write that somebody is not bound. */
const ANONYMOUS: readonly (string | undefined)[] = ['', 'dn:'];

/**
 * That every connection is still to the one server, as the one identity, that were there in the beginning. Entries that
 * were read as nobody may be fewer.
 * @returns whether nothing moved: what was read is one moment
 * @throws DirectoryError `interrupted`
 */
export async function checkSession({ connections, collection, looks }: Session): Promise<boolean> {
  for (const each of connections) {
    each.assertBound();
    addServerState(
      looks,
      await readServerState(each, await readRootDse(each), collection.settings),
      each.url,
    );
  }
  const [first] = looks;
  const { identity, marker } = first ?? {};
  if (ANONYMOUS.includes(identity)) throw tookFor(connections[0]?.url ?? '', identity, identity);
  return marker !== undefined && looks.every(look => look.marker === marker);
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
  const pace = startPace(settings.queriesPerSecond, () => performance.now(), pause);
  return { pageSize: settings.pageSize, referrals: settings.referrals, onPage, pace };
}
