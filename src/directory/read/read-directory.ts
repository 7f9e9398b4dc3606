/** The entry point for reads: reads everything that one run needs, completely or not at all. */

import { DirectoryError } from '../../errors.ts';
import type { MappedEntries, ReadTargets } from '../../model/read-targets.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { HintedEntries } from '../../model/watch.ts';
import { deadline } from '../connection/deadline.ts';
import { onFirstServer, rememberServers, type ServerMemory } from '../connection/failover.ts';
import type { ReadOptions } from '../session/session.ts';
import { readHinted } from './read-hinted.ts';
import { readMapped } from './read-mapped.ts';
import { readTargets } from './read-targets.ts';
import { readForBoth, readWhole, selectSame } from './read-whole.ts';

/** Options other than the settings. */
export interface DirectoryReadOptions extends Omit<ReadOptions, 'server' | 'signal'> {
  readonly signal?: AbortSignal;
  /**
   * A DN or a name. Reads only that group and the entries that it refers to; nested groups are then not listed as
   * groups of their own.
   */
  readonly group?: string;
  /** Reads only these groups and people, by identity, and the entries that they refer to. Excludes `group`. */
  readonly targets?: ReadTargets;
  /** Reads only the groups that these entries may affect, or with `group`, also the groups that feed the same AccessGroup. */
  readonly hinted?: HintedEntries;
  /**
   * Reads only the mapped groups and what they refer to, or everything if that is too much. Excludes `group`, `targets` and
   * `hinted`.
   */
  readonly mapped?: MappedEntries;
  /** The URL of a server to use last, so that another server confirms an earlier result. */
  readonly avoid?: string;
  /** Default: no server has a recorded failure. */
  readonly servers?: ServerMemory;
}

export type WholeReadOptions = Omit<ReadOptions, 'server' | 'signal'> &
  Pick<DirectoryReadOptions, 'servers' | 'signal'>;

/** What two configurations of one directory read. */
export interface ReadOfBoth {
  readonly snapshots: readonly [Snapshot, Snapshot];
  readonly isOneRead: boolean;
}

const NOTHING_KNOWN: HintedEntries = {
  hints: [],
  known: async () => ({ dns: [], usernames: [], groups: [] }),
  linked: async () => new Map(),
  related: async () => [],
};

/**
 * Reads a directory: users, groups, and the members of every group with nested groups flattened. All entries come from
 * one server, `snapshot.server`. If that server fails, the read starts again on the next one.
 * @throws DirectoryError if any part could not be read completely; the caller must then draw no conclusions
 * @throws NotFoundError if no mapped group has that DN or name
 */
export async function readDirectory(
  settings: DirectorySettings,
  {
    group,
    targets,
    hinted,
    mapped,
    avoid,
    servers = rememberServers(),
    signal: outer,
    ...others
  }: DirectoryReadOptions = {},
): Promise<Snapshot> {
  const signal = deadline(settings.runTimeoutMs, outer);
  const read = (server: string) => {
    const options = { ...others, server, signal };
    if (group !== undefined) return readHinted(settings, { ...NOTHING_KNOWN, ...hinted, group }, options);
    if (hinted) return readHinted(settings, hinted, options);
    if (mapped) return readMappedOrWhole(settings, mapped, options);
    return targets ? readTargets(settings, targets, options) : readWhole(settings, options);
  };
  if (others.connection) return read(others.connection.url);
  const urls = settings.urls.toSorted((one, other) => Number(one === avoid) - Number(other === avoid));
  return onFirstServer({ ...settings, urls }, servers, signal, read);
}

/**
 * Reads a directory for two configurations of it, from one server: once if they select the same entries, otherwise twice.
 * @returns a snapshot for each, in their order, and whether they come from one read
 * @throws DirectoryError as readDirectory
 */
export async function readBoth(
  both: readonly [DirectorySettings, DirectorySettings],
  { servers = rememberServers(), signal: outer, ...others }: WholeReadOptions = {},
): Promise<ReadOfBoth> {
  const [one, other] = both;
  const signal = deadline(one.runTimeoutMs, outer);
  return onFirstServer(one, servers, signal, async server => {
    const options = { ...others, server, signal };
    if (selectSame(one, other)) return { snapshots: await readForBoth(both, options), isOneRead: true };
    const snapshots = [await readWhole(one, options), await readWhole(other, options)] as const;
    return { snapshots, isOneRead: false };
  });
}

async function readMappedOrWhole(
  settings: DirectorySettings,
  mapped: MappedEntries,
  options: ReadOptions,
): Promise<Snapshot> {
  try {
    return await readMapped(settings, mapped, options);
  } catch (error) {
    const needsWhole = error instanceof DirectoryError && NEEDS_WHOLE.includes(error.code);
    if (!needsWhole) throw error;
    return await readWhole(settings, options);
  }
}

/** A whole read decides whether a missing base of a mapping, or entries without an identity, are an error. */
const NEEDS_WHOLE: readonly string[] = ['whole_read_needed', 'base_missing', 'id_attribute'];
