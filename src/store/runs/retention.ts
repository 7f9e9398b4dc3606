/** Removes old runs and old audit rows. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { ENDED } from '../../model/run-status.ts';
import { removable } from '../audit/digests.ts';
import { type Borders, removeReplacedSeals } from '../audit/replace-seals.ts';
import type { Database } from '../database/database.ts';
import { statusList } from '../database/in-status.ts';
import { query, queryOne } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';

/**
 * Runs for each transaction, to keep it short. A run is deleted with its saved plan, which has one row for each group.
 */
const RUNS_PER_TRANSACTION = 20;
const CHANGES_A_PIECE = 5_000;

/**
 * Removes some of the runs that ended before the limit and returns their number; 0: none is left. It keeps held and
 * active runs, runs that another run approves or reverts, and the newest and the newest succeeded run of each
 * directory.
 */
export async function removeOldRuns(db: Database, olderThanMs: number): Promise<number> {
  const removed = await query(
    db.orm.em.fork(),
    sql`
      with old as (
        select r.id from sync_run r
        where r.finished_at < ${before(olderThanMs)} and r.status in (${statusList(ENDED)})
          and not exists (select from sync_run o where o.approves = r.id or o.reverts = r.id)
          and exists (
            select from sync_run n where n.directory = r.directory and n.id > r.id and n.trigger <> 'change'
          )
          and (r.status <> 'succeeded' or r.mode <> 'apply' or r.reverts is not null or r.trigger = 'change' or exists (
            select from sync_run n
            where n.directory = r.directory and n.id > r.id and n.status = 'succeeded' and n.mode = 'apply'
              and n.reverts is null and n.trigger <> 'change'
          ))
        order by r.id
        limit ${RUNS_PER_TRANSACTION}
      )
      delete from sync_run r using old where r.id = old.id
      returning r.id`,
  );
  return removed.length;
}

/** Removes the records of old reloads of the configuration, except the last one of each process that is shown. */
export async function removeOldReloads(db: Database, olderThanMs: number): Promise<void> {
  await query(
    db.orm.em.fork(),
    sql`
      delete from config_change c
      where c.at < ${before(olderThanMs)} and not exists (
        select from service_process p where p.id = c.process
          and c.id = (select max(id) from config_change n where n.process = p.id)
      )`,
  );
}

/** The position of a pass through the audit of members. */
export interface AuditWalk {
  readonly lastId: number;
  readonly removed: number;
}

/**
 * Removes the rows below the border of the next chunk of the audit of members, oldest first. undefined: the pass has ended.
 * For each user who was a member at the border, it keeps the row that says so, so that later times can still be replayed.
 */
export async function removeOldMemberChanges(
  db: Database,
  { memberBorder }: Borders,
  { lastId, removed }: AuditWalk = { lastId: 0, removed: 0 },
): Promise<AuditWalk | undefined> {
  return transact(db, async em => {
    await markRetention(em);
    const row = await queryOne(
      em,
      sql<{ lastId: number | null; removed: number }>`
        with piece as materialized (
          select id from membership_change
          where id > ${lastId} and id < ${memberBorder}
          order by id
          limit ${CHANGES_A_PIECE}
        ), gone as (
          delete from membership_change using piece
          where membership_change.id = piece.id and ${removable(memberBorder)}
          returning membership_change.id
        )
        select (select max(id) from piece)::float8 as "lastId", (select count(*)::int from gone) as removed`,
    );
    return row?.lastId ? { lastId: row.lastId, removed: removed + row.removed } : undefined;
  });
}

/** Removes some of the rows of the audit of groups below the border and returns their number; 0: none is left. */
export async function removeOldGroupChanges(db: Database, { groupBorder }: Borders): Promise<number> {
  return transact(db, async em => {
    await markRetention(em);
    const removed = await query(
      em,
      sql`
        delete from access_group_change c
        using (
          select id from access_group_change where id < ${groupBorder} order by id limit ${CHANGES_A_PIECE}
        ) as old
        where c.id = old.id
        returning c.id`,
    );
    return removed.length;
  });
}

/** Removes the seals that are no longer needed. */
export async function removeOldSeals(db: Database): Promise<void> {
  await transact(db, async em => {
    await markRetention(em);
    await removeReplacedSeals(em);
  });
}

function before(ms: number) {
  return sql`now() - ${ms} * interval '1 millisecond'`;
}

/** Allows this transaction to delete audit rows, which the database otherwise refuses. */
async function markRetention(em: EntityManager): Promise<void> {
  await query(em, sql`select set_config('rollcall.retention', 'sealed', true)`);
}
