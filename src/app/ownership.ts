/** Who owns which AccessGroup, as the API and the commands decide it. */
import { readDirectory } from '../directory/read.ts';
import { messageOf, RefusedError } from '../errors.ts';
import type { OwnershipDeps } from '../http/deps/ownership.ts';
import { adoptGroup, previewAdoption } from '../jobs/adopt-group.ts';
import { previewRelinking, relinkDirectory } from '../jobs/relink-directory.ts';
import type { Log } from '../log.ts';
import type { Act, Owned, Relinking } from '../model-ownership.ts';
import { groupWay, memberWay } from '../plan/way-out.ts';
import { openQueue } from '../queue/queue.ts';
import type { Run } from '../run.ts';
import type { DirectorySettings, Settings } from '../settings.ts';
import type { Database } from '../store/database.ts';
import { ownedById, ownedByName, requireManaged } from '../store/ownership/find.ts';
import { freezeGroup, unfreezeGroup } from '../store/ownership/freeze.ts';
import { releaseDirectory, releaseGroup } from '../store/ownership/release.ts';
import { requestRun } from '../store/runs.ts';
import { knowsDirectory, listDirectoryGroups, listUnresolved } from '../store/views/directory-groups.ts';
import { getGroup } from '../store/views/groups.ts';
import { adoptWishOf, configured } from './adopting.ts';
import { tellQueue } from './deciding.ts';
import { openRecords } from './records.ts';

export interface OwnershipParts {
  readonly settings: Pick<Settings, 'directories'>;
  readonly db: Database;
  /** Sends a stored run on its way. */
  readonly send: (run: number) => Promise<void>;
}

/** What the API does about ownership. */
export function ownershipOf(parts: OwnershipParts): OwnershipDeps {
  const { db } = parts;
  const { directories } = parts.settings;
  const ports = { db, readDirectory };
  const wish = async (id: number, from: Parameters<OwnershipDeps['adopt']>[1]) =>
    adoptWishOf({ db, directories }, await ownedById(db, id), from);
  const then = async (id: number, done: Promise<void>) => {
    await done;
    return getGroup(db, id);
  };
  return {
    resync: (id, by) => resync(parts, id, by),
    previewAdoption: async (id, from) => previewAdoption(ports, await wish(id, from)),
    adopt: async (id, from, act) => sent(parts, await adoptGroup(ports, await wish(id, from), act)),
    release: (id, act) => then(id, releaseGroup(db, id, act)),
    freeze: (id, act) => then(id, freezeGroup(db, id, act)),
    unfreeze: (id, act) => then(id, unfreezeGroup(db, id, act)),
    knowsDirectory: async name =>
      directories.some(directory => directory.name === name) || knowsDirectory(db, name),
    async listGroups(directory, page) {
      const { items, next } = await listDirectoryGroups(db, directory, page);
      return { items: items.map(group => ({ ...group, ...groupWay(group) })), next };
    },
    async listUnresolved(directory, page) {
      const { items, next } = await listUnresolved(db, directory, page);
      return { items: items.map(member => ({ ...member, wayOut: memberWay(member.reason) })), next };
    },
  };
}

/** A person at a terminal. Everything throws RefusedError where the state of things forbids it. */
export interface Ownership extends OwnershipDeps, AsyncDisposable {
  find(team: string, name: string): Promise<Owned>;
  /** How many AccessGroups became manual. */
  releaseDirectory(name: string, act: Act): Promise<number>;
  previewRelinking(directory: DirectorySettings, group: string | undefined): Promise<Relinking>;
  relink(
    directory: DirectorySettings,
    group: string | undefined,
    act: Act & { readonly digest: string },
  ): Promise<Run>;
}

/** Opens the database. The queue is opened when there is something to tell it: freezing needs none. */
export async function openOwnership(settings: Settings, log: Log): Promise<Ownership> {
  const records = await openRecords(settings);
  const { db } = records;
  const ports = { db, readDirectory };
  const parts = { settings, db, send: (run: number) => sendRun(settings, run, log) };
  const wish = (directory: DirectorySettings, group: string | undefined) => ({
    directory,
    ...(group !== undefined && { group }),
  });
  return {
    ...ownershipOf(parts),
    find: (team, name) => ownedByName(db, team, name),
    releaseDirectory: (name, act) => releaseDirectory(db, name, act),
    previewRelinking: (directory, group) => previewRelinking(ports, wish(directory, group)),
    relink: async (directory, group, act) =>
      sent(parts, await relinkDirectory(ports, wish(directory, group), act)),
    [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
  };
}

async function resync(parts: OwnershipParts, id: number, by: string): Promise<Run> {
  const group = await ownedById(parts.db, id);
  requireManaged(group);
  const [source, ...others] = group.sources;
  const name = `${group.team}/${group.name}`;
  if (source?.frozen === true) {
    throw new RefusedError(
      'frozen_group',
      `AccessGroup ${name} is frozen: unfreeze it and it is synced again`,
    );
  }
  const { name: directory } = configured(parts.settings.directories, source?.directory ?? '');
  const only = source !== undefined && others.length === 0 ? { group: source.dn } : {};
  const wish = { directory, trigger: 'manual', mode: 'apply', requestedBy: by, ...only } as const;
  return sent(parts, (await requestRun(parts.db, wish)).run);
}

async function sent({ send }: OwnershipParts, run: Run): Promise<Run> {
  await send(run.id);
  return run;
}

/** Sends a stored run on its way, through a queue that is opened for that. A queue that is away is told of it later. */
export async function sendRun(settings: Settings, run: number, log: Log): Promise<void> {
  try {
    const queue = await openQueue(settings, log);
    await tellQueue({ queue, log }, run);
    await queue.close();
  } catch (error) {
    log.warn({ run, reason: messageOf(error) }, 'the run waits in the database for the queue');
  }
}
