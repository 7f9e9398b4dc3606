/** Loads the state of the last complete read of a directory, and resets its change marker. */
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { CurrentState } from '../../model/current.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';
import { readFrom } from '../database/transaction.ts';
import { AccessGroupChange } from '../entities/audit.ts';
import { DirectoryState } from '../entities/links.ts';
import { SyncRun } from '../entities/runs.ts';

/** Reads the row again instead of using the copy that the transaction has already loaded. */
const AS_IT_IS_NOW = { disableIdentityMap: true } as const;

/**
 * The state that the last complete read of a directory saved, for comparison by the next one. undefined before the
 * first complete read.
 */
export async function directoryState(db: Database, directory: string): Promise<LastState | undefined> {
  const row = await readFrom(db, em => em.findOne(DirectoryState, { directory }));
  if (row === null) return undefined;
  const { marker, position, configDigest, wholeAt, people, referenced } = row;
  return {
    configDigest,
    ...(wholeAt && { whole: { at: wholeAt, people: people ?? 0, referenced: referenced ?? 0 } }),
    marker: marker ?? undefined,
    position: position ?? undefined,
    expiresNext: row.expiresNext ?? undefined,
    lastCompleteAt: row.lastCompleteAt,
  };
}

/**
 * Makes the next scheduled run read these directories even if their markers are unchanged. Call it in the same
 * transaction as anything that leaves a read partly applied, or that changes links, names, ownership or settings in the
 * database. An equal marker only proves that the directory is unchanged, not that the database is. The reset is also
 * counted, so a run that loaded the state earlier does not save its marker.
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
 * Whether the marker was reset since the run was claimed. It waits for concurrent resets and blocks new ones until this
 * transaction ends. Before the first complete read there is no counter; then the answer is whether a user has changed
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
  /** When the first of the accounts in the read expires. */
  readonly expiresNext: Date | undefined;
  readonly lastCompleteAt: Date;
  readonly configDigest: string;
  /** The last read of everything: when it was, the number of people, and how many of them were in mapped groups. */
  readonly whole?: { readonly at: Date; readonly people: number; readonly referenced: number };
}

/**
 * Loads the settings of the last complete read, whether the directory has links, and whether the first writing run was
 * confirmed.
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

/** The identity attribute of each directory that has links. */
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
