/** Through which nested groups somebody is in a group, as the directory has it now. */
import type { DirectorySettings } from '../../model/settings.ts';
import type { DirectoryUser } from '../../model/snapshot.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { deadline } from '../connection/deadline.ts';
import { onFirstServer, rememberServers } from '../connection/failover.ts';
import { type Resolved, resolveGroups } from '../members/resolve.ts';
import type { Collection } from '../session/collection.ts';
import { checkSession, openSession } from '../session/session.ts';
import { findGroups } from './read-one-group.ts';
import { readReferred } from './read-partial.ts';

/** The shortest way, as DNs from the group down to the person; or why there is none. */
export type MemberPath = { readonly dns: readonly string[] } | { readonly reason: string };

export interface WantedPath {
  /** DN of the group. */
  readonly group: string;
  /** The person's identity where it is known; else whoever has the username is meant. */
  readonly externalId: string | undefined;
  readonly username: string;
}

/**
 * Reads one group with everything that it refers to, and looks for the person in it.
 * @throws DirectoryError when anything could not be read whole
 */
export async function readPath(
  settings: DirectorySettings,
  wanted: WantedPath,
  outer?: AbortSignal,
): Promise<MemberPath> {
  const signal = deadline(settings.runTimeoutMs, outer);
  return await onFirstServer(settings, rememberServers(), signal, async server => {
    using session = await openSession(settings, { server, signal });
    await findGroups(session, wanted.group);
    await readReferred(session);
    await checkSession(session);
    const { resolved } = await inTurns(resolveGroups(session.collection), { signal });
    return pathIn(session.collection, resolved, wanted);
  });
}

function pathIn(collection: Collection, resolved: readonly Resolved[], wanted: WantedPath): MemberPath {
  const { users, groups, settings } = collection;
  if (groups.entries.length === 0) return { reason: `there is no group "${wanted.group}"` };
  const ordinal = users.entries.findIndex(user => isWanted(user, wanted));
  const person = users.entries[ordinal];
  const way = person === undefined ? undefined : shortestWay(resolved, ordinal);
  if (person === undefined || way === undefined) {
    return {
      reason: `"${wanted.group}" does not contain ${wanted.username}, not through nested groups either`,
    };
  }
  if (person.disabled === true && !settings.users.includeDisabled) {
    return { reason: `"${person.dn}" is in it, but the account is disabled there` };
  }
  return { dns: [...way.map(group => groups.entries[group]?.dn ?? ''), person.dn] };
}

function isWanted({ externalId, username }: DirectoryUser, wanted: WantedPath): boolean {
  if (wanted.externalId !== undefined) return externalId === wanted.externalId;
  return username?.toLowerCase() === wanted.username.toLowerCase();
}

/** Indexes of groups from the first one to one that holds the user itself. Breadth first, so cycles end. */
function shortestWay(groups: readonly Resolved[], user: number): readonly number[] | undefined {
  const parents = new Map<number, number | undefined>([[0, undefined]]);
  // A map that grows while it is walked gives its keys in the order of their coming.
  for (const group of parents.keys()) {
    if (groups[group]?.users.includes(user)) return wayTo(group, parents);
    for (const nested of groups[group]?.groups ?? []) if (!parents.has(nested)) parents.set(nested, group);
  }
  return undefined;
}

function wayTo(group: number, parents: ReadonlyMap<number, number | undefined>): readonly number[] {
  const way: number[] = [];
  for (let at: number | undefined = group; at !== undefined; at = parents.get(at)) way.unshift(at);
  return way;
}
