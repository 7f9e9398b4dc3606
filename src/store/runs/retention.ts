import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { ENDED } from '../../model/run-status.ts';
import type { Database } from '../database/database.ts';
import { among } from '../database/in-status.ts';
import { query, queryOne } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';

/** Each of these is one short transaction. A run takes its saved plan with it, which is a row a group. */
const RUNS_A_PIECE = 20;
const CHANGES_A_PIECE = 5_000;

/**
 * Removes some runs that ended before then and returns how many: 0, none is left. Kept are held runs and runs that go
 * on, those that another run approves or takes back, and of every directory the newest one and the newest that succeeded.
 */
export async function removeOldRuns(db: Database, olderThanMs: number): Promise<number> {
  const removed = await query(
    db.orm.em.fork(),
    sql`
      with old as (
        select r.id from sync_run r
        where r.finished_at < ${before(olderThanMs)} and r.status in (${among(ENDED)})
          and not exists (select from sync_run o where o.approves = r.id or o.reverts = r.id)
          and exists (select from sync_run n where n.directory = r.directory and n.id > r.id)
          and (r.status <> 'succeeded' or r.mode <> 'apply' or r.reverts is not null or exists (
            select from sync_run n
            where n.directory = r.directory and n.id > r.id and n.status = 'succeeded' and n.mode = 'apply'
              and n.reverts is null
          ))
        order by r.id
        limit ${RUNS_A_PIECE}
      )
      delete from sync_run r using old where r.id = old.id
      returning r.id`,
  );
  return removed.length;
}

/** Where a walk through the audit of members has come to. */
export interface AuditWalk {
  readonly lastId: number;
  readonly removed: number;
}

/**
 * Removes what is older from the next piece of the audit of members, oldest first; undefined: the walk is at its end.
 * Of everybody who was a member at the border the row that says so stays, so that later instants still replay.
 */
export async function removeOldMemberChanges(
  db: Database,
  olderThanMs: number,
  { lastId, removed }: AuditWalk = { lastId: 0, removed: 0 },
): Promise<AuditWalk | undefined> {
  return transact(db, async em => {
    await markRetention(em);
    const row = await queryOne(
      em,
      sql<{ lastId: number | null; removed: number }>`
        with border as (
          select coalesce(
            (select id from membership_change where at >= ${before(olderThanMs)} order by at, id limit 1),
            (select max(id) + 1 from membership_change)) as id
        ), piece as materialized (
          select c.id, c.action, c.access_group_id, c.user_id
          from membership_change c
          where c.id > ${lastId} and c.id < (select id from border)
          order by c.id
          limit ${CHANGES_A_PIECE}
        ), gone as (
          delete from membership_change c
          using piece p
          where c.id = p.id and (p.action = 'remove' or exists (
            select from membership_change n
            where n.user_id = p.user_id and n.access_group_id = p.access_group_id and n.id > p.id
              and n.id < (select id from border)
          ))
          returning c.id
        )
        select (select max(id) from piece)::float8 as "lastId", (select count(*)::int from gone) as removed`,
    );
    return row?.lastId ? { lastId: row.lastId, removed: removed + row.removed } : undefined;
  });
}

/** Removes some of what is older from the audit of the groups themselves and returns how much: 0, nothing is left. */
export async function removeOldGroupChanges(db: Database, olderThanMs: number): Promise<number> {
  return transact(db, async em => {
    await markRetention(em);
    const removed = await query(
      em,
      sql`
        delete from access_group_change c
        using (
          select id from access_group_change where at < ${before(olderThanMs)} order by at, id limit ${CHANGES_A_PIECE}
        ) as old
        where c.id = old.id
        returning c.id`,
    );
    return removed.length;
  });
}

function before(ms: number) {
  return sql`now() - ${ms} * interval '1 millisecond'`;
}

/** The audit is append-only for everybody else. */
async function markRetention(em: EntityManager): Promise<void> {
  await query(em, sql`select set_config('rollcall.retention', 'on', true)`);
}
