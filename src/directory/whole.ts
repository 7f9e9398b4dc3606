/** Reads a directory: complete, or an error. */
import { DirectoryError } from '../errors.ts';
import type { ReadCounts, Snapshot } from '../model.ts';
import type { DirectorySettings } from '../settings.ts';
import { assemble } from './assemble.ts';
import { type Collection, collectGroup, collectUser, startCollecting } from './collect.ts';
import { type Connection, connect, connectFirst, whoAmI } from './connect.ts';
import type { Entry } from './entry.ts';
import { parseFilter } from './filter.ts';
import { groupAttributes } from './groups.ts';
import { readMappings } from './mapping.ts';
import { markerOf } from './marker.ts';
import { type PageCounts, type PagingOptions, searchAll } from './paging.ts';
import { offersWhoAmI, readRootDse } from './root-dse.ts';
import { checkSentinels } from './sentinels.ts';
import { userAttributes } from './users.ts';
import { traitsOf } from './vendor.ts';

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Told after every page. */
  readonly onProgress?: (counts: ReadCounts) => void;
  /** Now, in milliseconds since 1970. */
  readonly clock?: () => number;
}

/**
 * Everything the directory holds for us, read over two connections to one server at once. The change marker is read
 * first, so that whatever changes meanwhile shows again in the next read.
 * @throws DirectoryError when anything could not be read whole
 */
export async function readWhole(settings: DirectorySettings, options: ReadOptions): Promise<Snapshot> {
  const signal = deadline(settings.runTimeoutMs, options.signal);
  using first = await connectFirst(settings, signal);
  const root = await readRootDse(first);
  const identity = await identityOf(first, root);
  const marker = await markerOf(first, root, settings);
  await checkSentinels(first, settings);
  using second = await connect(first.url, settings, signal);
  const collection = startCollecting(settings, traitsOf(settings, root), (options.clock ?? Date.now)());
  const paging = pagingOptions(collection, options);
  const [, mappingOf] = await Promise.all([
    readUsers(first, collection, paging),
    readGroups(second, collection, paging).then(() =>
      readMappings(second, settings, collection.traits.idAttribute, paging),
    ),
  ]);
  await Promise.all([first, second].map(connection => checkIdentity(connection, root, identity)));
  const contents = assemble(collection, mappingOf);
  return {
    directory: settings.name,
    server: first.url,
    whole: true,
    marker,
    counts: { ...collection.counts },
    ...contents,
  };
}

async function readUsers(connection: Connection, to: Collection, paging: PagingOptions): Promise<void> {
  const { users } = to.settings;
  const attributes = userAttributes(to.settings, to.traits);
  const search = { base: users.baseDn, scope: 'sub', filter: parseFilter(users.filter), attributes } as const;
  await searchAll(connection, search, paging, entry => collectUser(to, entry));
}

async function readGroups(connection: Connection, to: Collection, paging: PagingOptions): Promise<void> {
  const { groups } = to.settings;
  const attributes = groupAttributes(to.settings, to.traits);
  const search = {
    base: groups.baseDn,
    scope: 'sub',
    filter: parseFilter(groups.filter),
    attributes,
  } as const;
  await searchAll(connection, search, paging, entry => collectGroup(to, entry));
}

function pagingOptions({ settings, counts }: Collection, { onProgress }: ReadOptions): PagingOptions {
  const onPage = ({ entries, references }: PageCounts) => {
    counts.queries += 1;
    counts.entries += entries;
    counts.references += references;
    onProgress?.({ ...counts });
  };
  return { pageSize: settings.pageSize, referrals: settings.referrals, onPage };
}

/** Who we are to the server, where it can say so. */
async function identityOf(connection: Connection, root: Entry): Promise<string | undefined> {
  return offersWhoAmI(root) ? await whoAmI(connection) : undefined;
}

/** Entries that were read as somebody else, or as nobody, may be fewer. */
async function checkIdentity(connection: Connection, root: Entry, before: string | undefined): Promise<void> {
  connection.assertBound();
  const after = await identityOf(connection, root);
  if (before === after && after !== '') return;
  throw new DirectoryError(
    'interrupted',
    `${connection.url} took us for "${before}", and now for "${after}".`,
  );
}

function deadline(timeoutMs: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal ? AbortSignal.any([timeout, signal]) : timeout;
}
