/** Opens, repeats and ends alarms, and writes their notices. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { AlarmFacts, AlarmStep, NewNotice } from '../../model/status/alarm.ts';
import type { Database } from '../database/database.ts';
import { jsonOf, query, queryOne } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { loadAlarmFacts } from './alarm-facts.ts';

/** A step of an alarm, with its notices. */
export interface AlarmDecision {
  readonly step: AlarmStep;
  readonly notices: readonly NewNotice[];
}

/** How long an ended alarm and its notices are kept. */
const RETENTION = sql`interval '90 days'`;

/**
 * Applies to the alarms of these directories the steps that `decide` returns, in one transaction with their notices.
 * Returns the ids of the notices to deliver. If there is nothing to do, it only reads. Concurrent instances apply a
 * step once.
 */
export async function updateAlarms(
  db: Database,
  directories: readonly string[],
  decide: (facts: AlarmFacts) => readonly AlarmDecision[],
): Promise<string[]> {
  const notices: string[] = [];
  for (const directory of directories) {
    const em = db.orm.em.fork();
    if (decide(await loadAlarmFacts(em, directory)).length === 0) continue;
    notices.push(...(await transact(db, trx => applySteps(trx, directory, decide))));
  }
  return notices;
}

async function applySteps(
  em: EntityManager,
  directory: string,
  decide: (facts: AlarmFacts) => readonly AlarmDecision[],
): Promise<string[]> {
  const lock = sql`hashtextextended(${`rollcall.alarm ${directory}`}, 0)`;
  const mine = await queryOne(
    em,
    sql<{ locked: boolean }>`select pg_try_advisory_xact_lock(${lock}) as locked`,
  );
  // Another instance holds the lock, or stalled while it held it. The next check finds what is left, and other
  // directories do not wait.
  if (mine?.locked !== true) return [];
  const notices: string[] = [];
  for (const decision of decide(await loadAlarmFacts(em, directory))) {
    const alarm = await applyStep(em, directory, decision.step);
    await supersedeNotices(em, alarm);
    notices.push(...(await insertNotices(em, alarm, decision.notices)));
  }
  return notices;
}

/** Applies the step and returns the id of its alarm. */
async function applyStep(em: EntityManager, directory: string, { kind, change }: AlarmStep): Promise<number> {
  const open = sql`directory = ${directory} and kind = ${kind} and ended_at is null`;
  const statements = {
    begin: sql<{ id: number }>`
      with old as (delete from alarm where directory = ${directory} and ended_at < now() - ${RETENTION})
      insert into alarm (directory, kind) values (${directory}, ${kind}) returning id::float8 as id`,
    remind: sql<{ id: number }>`update alarm set told_at = now() where ${open} returning id::float8 as id`,
    end: sql<{ id: number }>`update alarm set ended_at = now() where ${open} returning id::float8 as id`,
  };
  const alarm = await queryOne(em, statements[change]);
  if (alarm === undefined)
    throw new Error(`the alarm "${kind}" of ${directory} disappeared while it was locked`);
  return alarm.id;
}

/** Cancels notices that have not been delivered yet, because they are outdated. */
async function supersedeNotices(em: EntityManager, alarm: number): Promise<void> {
  await query(
    em,
    sql`
      update notice set state = 'superseded', settled_at = now()
      where alarm_id = ${alarm} and state = 'waiting'`,
  );
}

/** Writes the notices, of an alarm if one is given, and returns their ids. */
export async function insertNotices(
  em: EntityManager,
  alarm: number | undefined,
  notices: readonly NewNotice[],
): Promise<string[]> {
  if (notices.length === 0) return [];
  const rows = await query(
    em,
    sql<{ id: string }>`
      insert into notice (alarm_id, webhook, body)
      select ${alarm ?? null}::bigint, webhook, body
      from json_to_recordset(${jsonOf(notices)}::json) as n (webhook text, body text)
      returning id`,
  );
  return rows.map(row => row.id);
}
