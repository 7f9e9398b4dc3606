/** Writes the notices about membership changes, each change once for each webhook. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { NewNotice, RunChanges } from '../../model/status/alarm.ts';
import { isCursorLost, newestCursor } from '../audit/changes.ts';
import { afterPosition, cursorOf, placeOf } from '../audit/tail.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { insertNotices } from './alarms.ts';

/** How long notices are kept. */
const RETENTION = sql`interval '90 days'`;

/**
 * Writes what `build` makes of the changes that the webhook has not been notified of, and moves its position, in one
 * transaction. Changes of a run that is still being applied, and those that follow them, wait for its end. A new
 * webhook begins with later changes. Returns the ids of the notices to deliver.
 */
export async function noteChanges(
  db: Database,
  webhook: string,
  build: (changes: readonly RunChanges[], facts: { after: string; now: Date }) => readonly NewNotice[],
): Promise<string[]> {
  const newest = await newestCursor(db);
  const begun = await positionOf(db, webhook);
  if (begun === newest) return [];
  const from = begun !== undefined && !(await isCursorLost(db, begun, undefined)) ? begun : newest;
  return transact(db, async em => {
    if (!(await lockPosition(em, webhook, begun, from))) return [];
    const upTo = await lastFinished(em, from);
    if (upTo === undefined) return [];
    const changes = await changesBetween(em, from, upTo);
    await query(em, sql`update webhook_position set cursor = ${upTo} where webhook = ${webhook}`);
    await query(em, sql`delete from notice where alarm_id is null and settled_at < now() - ${RETENTION}`);
    return insertNotices(em, undefined, build(changes, { after: from, now: new Date() }));
  });
}

async function positionOf(db: Database, webhook: string): Promise<string | undefined> {
  const row = await queryOne(
    db.orm.em.fork(),
    sql<{ cursor: string }>`select cursor from webhook_position where webhook = ${webhook}`,
  );
  return row?.cursor;
}

/** Stores the position to begin with. False: another process is at work, or was faster. */
async function lockPosition(
  em: EntityManager,
  webhook: string,
  begun: string | undefined,
  from: string,
): Promise<boolean> {
  const rows = await query(
    em,
    begun === undefined
      ? sql`
          insert into webhook_position (webhook, cursor) values (${webhook}, ${from})
          on conflict do nothing returning webhook`
      : sql`
          update webhook_position set cursor = ${from}
          where webhook = (
            select webhook from webhook_position where webhook = ${webhook} and cursor = ${begun} for update skip locked
          )
          returning webhook`,
  );
  return rows.length > 0;
}

/** The cursor of the last final change before the first one of a run that is being applied. */
async function lastFinished(em: EntityManager, from: string): Promise<string | undefined> {
  const row = await queryOne(
    em,
    sql<{ xact: string; id: number }>`
      with news as (select xact, id, run_id from membership_change where ${afterPosition('member', placeOf(from))})
      select n.xact::text as xact, n.id::float8 as id from news n
      where not exists (
        select from news o join sync_run r on r.id = o.run_id
        where r.status = 'applying' and (o.xact, o.id) <= (n.xact, n.id)
      )
      order by n.xact desc, n.id desc limit 1`,
  );
  return row && cursorOf({ kind: 'member', ...row });
}

async function changesBetween(em: EntityManager, from: string, upTo: string): Promise<RunChanges[]> {
  const { xact, id } = placeOf(upTo);
  const rows = await query(
    em,
    sql<RunChanges>`
      select run, min(directory) as directory, json_agg(json_build_object('id', id, 'team', team, 'name', name,
        'added', added, 'removed', removed) order by id) as groups
      from (
        select run_id::float8 as run, access_group_id as id, min(directory) as directory,
          (array_agg(team_slug order by xact desc, membership_change.id desc))[1] as team,
          (array_agg(group_name order by xact desc, membership_change.id desc))[1] as name,
          count(*) filter (where action = 'add') as added, count(*) filter (where action = 'remove') as removed
        from membership_change
        where ${afterPosition('member', placeOf(from))} and (xact, membership_change.id) <= (${xact}::xid8, ${id}::bigint)
        group by run_id, access_group_id
      ) as groups
      group by run
      order by run nulls last`,
  );
  return [...rows];
}
