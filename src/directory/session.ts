/** What every read begins and ends with: who and what the server is, and that nothing of it changed on the way. */
import { DirectoryError } from '../errors.ts';
import type { ReadCounts } from '../model.ts';
import type { DirectorySettings } from '../settings.ts';
import { type Collection, collectReference, startCollecting } from './collect.ts';
import { type Connection, connect, whoAmI } from './connect.ts';
import type { Entry } from './entry.ts';
import { markerOf } from './marker.ts';
import { type Pause, pauseUntil, startPace } from './pace.ts';
import type { PagingOptions } from './paging.ts';
import { offersWhoAmI, readRootDse } from './root-dse.ts';
import type { PageCounts } from './search.ts';
import { checkSentinels } from './sentinels.ts';
import { traitsOf } from './vendor.ts';

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

export interface Session {
  readonly connection: Connection;
  readonly signal: AbortSignal;
  readonly root: Entry;
  /** Read before everything else, so that whatever changes meanwhile shows again in the next read. */
  readonly marker: string | undefined;
  /** Who we are to the server, where it can say so. */
  readonly identity: string | undefined;
  readonly collection: Collection;
  readonly paging: PagingOptions;
}

/**
 * Connects to the server, reads its root DSE and change marker, and looks for the sentinels. The caller closes
 * `session.connection`.
 * @throws DirectoryError
 */
export async function openSession(settings: DirectorySettings, options: ReadOptions): Promise<Session> {
  const { server, signal } = options;
  const connection = await connect(server, settings, signal);
  try {
    const root = await readRootDse(connection);
    const identity = await identityOf(connection, root);
    const marker = await markerOf(connection, root, settings);
    await checkSentinels(connection, settings);
    const collection = startCollecting(settings, traitsOf(settings, root), (options.clock ?? Date.now)());
    const paging = pagingOptions(collection, options);
    return { connection, signal, root, marker, identity, collection, paging };
  } catch (error) {
    connection[Symbol.dispose]();
    throw error;
  }
}

/** How servers write that somebody is not bound. */
const NOBODY: readonly (string | undefined)[] = ['', 'dn:'];

/**
 * That a connection is still the one that was opened. Entries that were read as nobody may be fewer.
 * @throws DirectoryError `interrupted`
 */
export async function checkSession({ root, identity }: Session, connection: Connection): Promise<void> {
  connection.assertBound();
  const now = await identityOf(connection, root);
  if (now === identity && !NOBODY.includes(now)) return;
  throw new DirectoryError(
    'interrupted',
    `${connection.url} took us for "${identity}", and now for "${now}".`,
  );
}

async function identityOf(connection: Connection, root: Entry): Promise<string | undefined> {
  return offersWhoAmI(root) ? await whoAmI(connection) : undefined;
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
