/** Finds the nested groups through which a user is a member of a group, by a read of the current directory. */
import type { DirectorySettings } from '../../model/settings.ts';
import type { DirectoryUser } from '../../model/snapshot.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { usernameKey } from '../../text/loose-key.ts';
import { deadline } from '../connection/deadline.ts';
import { onFirstServer, rememberServers } from '../connection/failover.ts';
import { type Resolved, resolveGroups } from '../members/resolve.ts';
import type { Collection } from '../session/collection.ts';
import { checkSession, openSession } from '../session/session.ts';
import { findGroups } from './hinted-groups.ts';
import { readAllReferenced } from './read-partial.ts';

/** The shortest path, as DNs from the group down to the user, or the reason why there is none. */
export type MemberPath = { readonly dns: readonly string[] } | { readonly reason: string };

export interface WantedPath {
  /** The DN of the group. */
  readonly group: string;
  /** The identity of the user if it is known. Otherwise the user is found by username. */
  readonly externalId: string | undefined;
  readonly username: string;
}

/**
 * Reads one group and the entries that it refers to, and searches the user in it.
 * @throws DirectoryError if any part could not be read completely
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
    await readAllReferenced(session);
    await checkSession(session);
    const { resolved } = await inTurns(resolveGroups(session.collection), { signal });
    return pathIn(session.collection, resolved, wanted);
  });
}

function pathIn(collection: Collection, resolved: readonly Resolved[], wanted: WantedPath): MemberPath {
  const { users, groups, settings } = collection;
  if (groups.entries.length === 0) return { reason: `the group "${wanted.group}" does not exist` };
  const ordinal = users.entries.findIndex(user => isWanted(user, wanted));
  const person = users.entries[ordinal];
  const way = person === undefined ? undefined : shortestPath(resolved, ordinal);
  if (person === undefined || way === undefined) {
    return {
      reason: `"${wanted.group}" does not contain ${wanted.username}, neither directly nor through nested groups`,
    };
  }
  if (person.disabled === true && !settings.users.includeDisabled) {
    return {
      reason: `"${person.dn}" is a member, but the account is disabled or expired in the directory (${person.stateAttribute})`,
    };
  }
  return { dns: [...way.map(group => groups.entries[group]?.dn ?? ''), person.dn] };
}

function isWanted({ externalId, username }: DirectoryUser, wanted: WantedPath): boolean {
  if (wanted.externalId !== undefined) return externalId === wanted.externalId;
  return username !== undefined && usernameKey(username) === usernameKey(wanted.username);
}

/** Indexes of the groups from the first one to one that lists the user. Breadth first, so cycles end. */
function shortestPath(groups: readonly Resolved[], user: number): readonly number[] | undefined {
  const parents = new Map<number, number | undefined>([[0, undefined]]);
  // A Map that grows during iteration yields its new keys in the order of insertion.
  for (const group of parents.keys()) {
    if (groups[group]?.users.includes(user)) return pathTo(group, parents);
    for (const nested of groups[group]?.groups ?? []) if (!parents.has(nested)) parents.set(nested, group);
  }
  return undefined;
}

function pathTo(group: number, parents: ReadonlyMap<number, number | undefined>): readonly number[] {
  const way: number[] = [];
  for (let at: number | undefined = group; at !== undefined; at = parents.get(at)) way.unshift(at);
  return way;
}
