/** Makes managed AccessGroups manual. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Act } from '../../model/ownership.ts';
import { forgetMarker } from '../current/directory-state.ts';
import type { Database } from '../database/database.ts';
import { markSync } from '../database/session-variables.ts';
import { chunks, intArray, query } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { lockLinks } from '../reconcile/locks.ts';
import { recordEvents } from './events.ts';
import { lockOwned, requireManaged } from './find.ts';

/** Groups for each transaction, which limits its locks; as many as in a batch of the sync. */
const GROUPS_PER_TRANSACTION = 250;

/**
 * Makes an AccessGroup manual. It keeps its members unless `empty` is set (case B12). The sync ignores its directory
 * groups until a user adopts it again (case B19). Throws RefusedError (`unknown_group`, `not_managed`).
 */
export async function releaseGroup(
  db: Database,
  id: number,
  act: Act & { readonly empty: boolean },
): Promise<void> {
  await transact(db, async em => {
    await markSync(em);
    const group = await lockOwned(em, id);
    requireManaged(group);
    const directory = group.sources[0]?.directory ?? null;
    if (act.empty) await removeMembers(em, id, directory, act);
    await unlink(em, [id]);
    await forgetMarker(em, sql`select ${directory}::text`);
    await recordEvents(em, [id], { action: 'release', directory, by: act.by, reason: act.reason });
  });
}

/**
 * Makes every AccessGroup of a directory manual, with its members, whether or not the directory is configured (case
 * B13). Returns the number of groups. After an error, the groups released so far stay released; another call continues
 * with the rest.
 */
export async function releaseDirectory(db: Database, directory: string, act: Act): Promise<number> {
  let released = 0;
  for (const some of chunks(await linkedSources(db, directory), GROUPS_PER_TRANSACTION)) {
    await transact(db, async em => {
      await markSync(em);
      await lockLinks(em, directory, some);
      const ids = await groupsBehind(em, directory, some);
      await unlink(em, ids);
      await forgetMarker(em, sql`select ${directory}`);
      await recordEvents(em, ids, { action: 'release', directory, ...act });
      released += ids.length;
    });
  }
  return released;
}

async function linkedSources(db: Database, directory: string): Promise<readonly string[]> {
  const rows = await query(
    db.orm.em.fork(),
    sql<{ id: string }>`
      select external_id as id from directory_group
      where directory = ${directory} and access_group_id is not null
      order by access_group_id, external_id`,
  );
  return rows.map(row => row.id);
}

async function groupsBehind(em: EntityManager, directory: string, sources: readonly string[]) {
  const rows = await query(
    em,
    sql<{ id: number }>`
      select id from access_group
      where id in (
        select access_group_id from directory_group
        where directory = ${directory} and external_id = any(${sources}::uuid[])
      )
      order by id
      for update`,
  );
  return rows.map(row => row.id);
}

/** One statement, because the database refuses a group that is linked but manual, or managed but not linked. */
async function unlink(em: EntityManager, ids: readonly number[]): Promise<void> {
  const groups = sql`any(${intArray(ids)}::integer[])`;
  await query(
    em,
    sql`
      with released as (
        update directory_group
        set state = 'released', reason = case when reason = 'merged_elsewhere' then reason end, access_group_id = null, team_id = null, missed_reads = 0,
          missing_since = null, last_error = null, frozen_at = null, frozen_by = null, frozen_reason = null
        where access_group_id = ${groups}
        returning directory, external_id
      ), resolved as (
        delete from unresolved_member m
        using released r
        where m.directory = r.directory and m.group_external_id = r.external_id
      ), certain as (
        delete from membership_doubt where access_group_id = ${groups}
      )
      update access_group set managed = false where id = ${groups}`,
  );
}

async function removeMembers(em: EntityManager, id: number, directory: string | null, { by }: Act) {
  await query(
    em,
    sql`
      with removed as (
        delete from access_group_members where access_group_id = ${id} returning user_id
      )
      insert into membership_change
        (actor, action, access_group_id, user_id, username, group_name, team_slug, directory, reason)
      select ${by}, 'remove', g.id, r.user_id, coalesce(u.username, '#' || r.user_id), g.name, t.slug, ${directory},
        'group_released'
      from removed r
      left join auth_user u on u.id = r.user_id
      join access_group g on g.id = ${id}
      join team t on t.id = g.team_id
      order by r.user_id`,
  );
}
