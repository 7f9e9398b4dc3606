/** Changes the owner of AccessGroups: adopt, release, freeze, relink. For the API and the commands. */
import { readDirectory } from '../../directory/read/read-directory.ts';
import { messageOf, RefusedError } from '../../errors.ts';
import { adoptGroup, previewAdoption } from '../../jobs/adopt-group.ts';
import { previewRelink, relinkDirectory } from '../../jobs/relink-directory.ts';
import type { Log } from '../../log.ts';
import type { OwnershipOperations } from '../../model/operations/ownership.ts';
import type { Act, Owned, RelinkPreview } from '../../model/ownership.ts';
import type { Run } from '../../model/run.ts';
import type { DirectorySettings, Settings } from '../../model/settings.ts';
import { groupRemedy } from '../../plan/report/group-remedy.ts';
import { remedyOf } from '../../plan/report/reasons.ts';
import type { QueueSettings } from '../../queue/broker.ts';
import { openQueue } from '../../queue/task-queue.ts';
import type { Database } from '../../store/database/database.ts';
import { ownedById, ownedByName, requireManaged } from '../../store/ownership/find.ts';
import { freezeGroup, unfreezeGroup } from '../../store/ownership/freeze.ts';
import { releaseDirectory, releaseGroup } from '../../store/ownership/release.ts';
import { knowsDirectory, listDirectoryGroups, listUnresolved } from '../../store/queries/directory-groups.ts';
import { getGroup } from '../../store/queries/groups.ts';
import { requestRun } from '../../store/runs/request.ts';
import { listShadow, listShadowMembers } from '../../store/shadow/list.ts';
import { adoptRequestOf, configured } from './adopt-source.ts';
import { openRecords } from './database.ts';
import { enqueueStoredRun } from './runs.ts';

export interface OwnershipContext {
  readonly current: { readonly settings: Pick<Settings, 'directories'> };
  readonly db: Database;
  /** Enqueues a stored run. */
  readonly send: (run: number) => Promise<void>;
}

/** The ownership operations of the API. */
export function ownershipOf(context: OwnershipContext): OwnershipOperations {
  const { db, current } = context;
  const directoriesNow = () => current.settings.directories;
  const ports = { db, readDirectory };
  const requestOf = async (id: number, from: Parameters<OwnershipOperations['adopt']>[1]) =>
    adoptRequestOf({ db, directories: directoriesNow() }, await ownedById(db, id), from);
  const then = async (id: number, done: Promise<void>) => {
    await done;
    return getGroup(db, id);
  };
  return {
    resync: (id, by) => resync(context, id, by),
    previewAdoption: async (id, from) => previewAdoption(ports, await requestOf(id, from)),
    adopt: async (id, from, act) => sent(context, await adoptGroup(ports, await requestOf(id, from), act)),
    release: (id, act) => then(id, releaseGroup(db, id, act)),
    freeze: (id, act) => then(id, freezeGroup(db, id, act)),
    unfreeze: (id, act) => then(id, unfreezeGroup(db, id, act)),
    listShadow: (directory, page) => listShadow(db, directory, page),
    listShadowMembers: (directory, page) => listShadowMembers(db, directory, page),
    knowsDirectory: async name =>
      directoriesNow().some(directory => directory.name === name) || knowsDirectory(db, name),
    async listGroups(directory, page) {
      const { items, next } = await listDirectoryGroups(db, directory, page);
      return { items: items.map(group => ({ ...group, ...groupRemedy(group) })), next };
    },
    async listUnresolved(directory, page) {
      const { items, next } = await listUnresolved(db, directory, page);
      return { items: items.map(member => ({ ...member, wayOut: remedyOf(member.reason) })), next };
    },
  };
}

/** The operations of one command. Each throws RefusedError if the current state does not allow it. */
export interface Ownership extends OwnershipOperations, AsyncDisposable {
  find(team: string, name: string): Promise<Owned>;
  /** Returns the number of AccessGroups that became manual. */
  releaseDirectory(name: string, act: Act): Promise<number>;
  previewRelink(directory: DirectorySettings, group: string | undefined): Promise<RelinkPreview>;
  relink(
    directory: DirectorySettings,
    group: string | undefined,
    act: Act & { readonly digest: string },
  ): Promise<Run>;
}

/** Opens the database. Opens the queue only when a run has to be enqueued: freezing needs no queue. */
export async function openOwnership(settings: Settings, log: Log): Promise<Ownership> {
  const records = await openRecords(settings);
  const { db, installation } = records;
  const ports = { db, readDirectory };
  const send = (run: number) => sendRun({ ...settings, installation }, run, log);
  const context = { current: { settings }, db, send };
  const relinkRequest = (directory: DirectorySettings, group: string | undefined) => ({
    directory,
    ...(group !== undefined && { group }),
  });
  return {
    ...ownershipOf(context),
    find: (team, name) => ownedByName(db, team, name),
    releaseDirectory: (name, act) => releaseDirectory(db, name, act),
    previewRelink: (directory, group) => previewRelink(ports, relinkRequest(directory, group)),
    relink: async (directory, group, act) =>
      sent(context, await relinkDirectory(ports, relinkRequest(directory, group), act)),
    [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
  };
}

async function resync(context: OwnershipContext, id: number, by: string): Promise<Run> {
  const group = await ownedById(context.db, id);
  requireManaged(group);
  const [source, ...others] = group.sources;
  const name = `${group.team}/${group.name}`;
  if (source?.frozen === true) {
    throw new RefusedError('frozen_group', `AccessGroup ${name} is frozen: unfreeze it to sync it again`);
  }
  const { name: directory } = configured(context.current.settings.directories, source?.directory ?? '');
  const only = source !== undefined && others.length === 0 ? { group: source.dn } : {};
  const request = { directory, trigger: 'manual', mode: 'apply', requestedBy: by, ...only } as const;
  return sent(context, (await requestRun(context.db, request)).run);
}

async function sent({ send }: OwnershipContext, run: Run): Promise<Run> {
  await send(run.id);
  return run;
}

/** Opens the queue and enqueues a stored run. If the queue does not answer, a scheduler enqueues the run later. */
export async function sendRun(settings: QueueSettings, run: number, log: Log): Promise<void> {
  try {
    const queue = await openQueue(settings, log);
    await enqueueStoredRun({ queue, log }, run);
    await queue.close();
  } catch (error) {
    log.warn(
      { run, reason: messageOf(error) },
      'the queue is unavailable; a scheduler will enqueue the run later',
    );
  }
}
