/** The way into a directory: everything that one run needs to know about it, complete or not at all. */
import type { DirectorySettings } from '../../model/settings.ts';
import type { ReadTargets, Snapshot } from '../../model/snapshot.ts';
import { deadline } from '../connection/deadline.ts';
import { onFirstServer, rememberServers, type ServerMemory } from '../connection/failover.ts';
import type { ReadOptions } from '../session/session.ts';
import { readOneGroup } from './read-one-group.ts';
import { readTargets } from './read-targets.ts';
import { readWhole } from './read-whole.ts';

/** What can be asked for beside the settings. */
export interface DirectoryReadOptions extends Omit<ReadOptions, 'server' | 'signal'> {
  readonly signal?: AbortSignal;
  /** A DN or a name: only that group and what it refers to; nested groups then stand in nobody's list but their parent's. */
  readonly group?: string;
  /** Only these groups and people, by identity, with what they refer to; instead of `group`. */
  readonly targets?: ReadTargets;
  /** The URL of a server that is asked last: another one is to say whether it is so. */
  readonly avoid?: string;
  /** Left out: every server is as good as any. */
  readonly servers?: ServerMemory;
}

/**
 * Reads a directory: users, groups, and the members of every group with nested groups flattened. All of it comes from
 * one server, `snapshot.server`; when that one fails, the next one is read from the beginning.
 * @throws DirectoryError when anything could not be read whole; nothing may then be concluded
 * @throws NotFoundError when no mapped group has that DN or name
 */
export async function readDirectory(
  settings: DirectorySettings,
  { group, targets, avoid, servers = rememberServers(), signal: outer, ...others }: DirectoryReadOptions = {},
): Promise<Snapshot> {
  const signal = deadline(settings.runTimeoutMs, outer);
  const urls = settings.urls.toSorted((one, other) => Number(one === avoid) - Number(other === avoid));
  return await onFirstServer({ ...settings, urls }, servers, signal, server => {
    const options = { ...others, server, signal };
    if (targets) return readTargets(settings, targets, options);
    return group === undefined ? readWhole(settings, options) : readOneGroup(settings, group, options);
  });
}
