import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { CurrentState } from '../../model/current.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';
import { readFrom } from '../database/transaction.ts';
import { AccessGroupChange } from '../entities/audit.ts';
import { DirectoryState } from '../entities/links.ts';
import { SyncRun } from '../entities/runs.ts';

/** Not as the transaction has read it before. */
const AS_IT_IS_NOW = { disableIdentityMap: true } as const;

/** What the last complete read of a directory left behind, for the next one to compare with; undefined before the first. */
export async function directoryState(db: Database, directory: string): Promise<LastState | undefined> {
  const row = await readFrom(db, em => em.findOne(DirectoryState, { directory }));
  if (row === null) return undefined;
  const { marker, position } = row;
  return {
    marker: marker ?? undefined,
    position: position ?? undefined,
    expiresNext: row.expiresNext ?? undefined,
    lastCompleteAt: row.lastCompleteAt,
  };
}

/**
 * Has the next schedule read these directories whatever their markers say. Called, in the same transaction, by whatever
 * leaves a read not fully applied or changes links, names, ownership or settings on our side: the marker only says that
 * the directory is as it was, and stands for "nothing to do" as long as nothing changed here either. It is counted as
 * well, so that a run that has loaded the state before does not save its marker after.
 */
export async function forgetMarker(em: EntityManager, directories: RawBuilder<unknown>): Promise<void> {
  await query(
    em,
    sql`
      update directory_state set marker = null, forgotten = forgotten + 1
      where directory in (
        select s.directory from directory_state s
        where s.directory in (${directories})
        order by s.directory
        for update
      )`,
  );
}

/** As forgetMarker, for the directory of a run. */
export async function forgetMarkerOf(em: EntityManager, run: number): Promise<void> {
  await forgetMarker(em, sql`select directory from sync_run where id = ${run}`);
}

/**
 * Whether the marker was forgotten since the run was claimed. Waits for whoever is forgetting it, and lets nobody do so
 * until this transaction ends. Before the first complete read nothing counts: then it is whether a person has changed
 * anything about the directory.
 */
export async function wasForgotten(em: EntityManager, run: number): Promise<boolean> {
  const { directory, forgottenBefore } = await em.findOneOrFail(SyncRun, { id: run }, AS_IT_IS_NOW);
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const state = await em.findOne(DirectoryState, { directory }, { ...AS_IT_IS_NOW, lockMode });
  if (state !== null) return state.forgotten !== (forgottenBefore ?? 0);
  return (await em.findOne(AccessGroupChange, { directory, actor: { $ne: null } })) !== null;
}

export interface LastState {
  readonly marker: string | undefined;
  readonly position: string | undefined;
  /** When the first of the accounts that were read expires. */
  readonly expiresNext: Date | undefined;
  readonly lastCompleteAt: Date;
}

/**
 * What the last complete read was made with, whether anything is linked by the ids that it found, and whether the first
 * run that changes anything was allowed.
 */
export async function loadLastRead(
  em: EntityManager,
  directory: string,
): Promise<Pick<CurrentState, 'lastRead' | 'linked' | 'confirmed'>> {
  const row = await em.findOne(DirectoryState, { directory });
  const lastRead = row && {
    configDigest: row.configDigest,
    server: row.server,
    normalisation: row.normalisation ?? undefined,
    idAttribute: row.idAttribute ?? undefined,
  };
  return {
    lastRead: lastRead ?? undefined,
    linked: await isLinked(em, directory),
    ...(row !== null && row.confirmedAt !== null && { confirmed: true }),
  };
}

/** The identity attribute of each directory that has something linked by it. */
export async function linkedBy(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await query(
    db.orm.em.fork(),
    sql<{ directory: string; attribute: string }>`
      select directory, id_attribute as attribute from directory_state s
      where id_attribute is not null and (
        exists (select from directory_group g where g.directory = s.directory and g.access_group_id is not null)
        or exists (select from directory_user u where u.directory = s.directory)
      )`,
  );
  return new Map(rows.map(row => [row.directory, row.attribute]));
}

async function isLinked(em: EntityManager, directory: string): Promise<boolean> {
  const linked = await queryOne(
    em,
    sql`
      select where exists (select from directory_group where directory = ${directory} and access_group_id is not null)
        or exists (select from directory_user where directory = ${directory})`,
  );
  return linked !== undefined;
}
