import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { AlarmFacts, AlarmStep, NewNotice } from '../../model/alarm.ts';
import type { Database } from '../database/database.ts';
import { jsonOf, query, queryOne } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { loadAlarmFacts } from './alarm-facts.ts';

/** A step of an alarm with what is said about it. */
export interface AlarmDecision {
  readonly step: AlarmStep;
  readonly notices: readonly NewNotice[];
}

/** How long an alarm that is over, and what was said about it, is kept. */
const KEPT = sql`interval '90 days'`;

/**
 * Takes the alarms of these directories where `rule` wants them, in one transaction with what is said about them, and
 * returns the ids of the notices that have to be delivered. Reads only where there is nothing to do. Instances that do
 * this at once do it once.
 */
export async function updateAlarms(
  db: Database,
  directories: readonly string[],
  rule: (standing: AlarmFacts) => readonly AlarmDecision[],
): Promise<string[]> {
  const notices: string[] = [];
  for (const directory of directories) {
    const em = db.orm.em.fork();
    if (rule(await loadAlarmFacts(em, directory)).length === 0) continue;
    notices.push(...(await transact(db, trx => applySteps(trx, directory, rule))));
  }
  return notices;
}

async function applySteps(
  em: EntityManager,
  directory: string,
  rule: (standing: AlarmFacts) => readonly AlarmDecision[],
): Promise<string[]> {
  const lock = sql`hashtextextended(${`rollcall.alarm ${directory}`}, 0)`;
  const mine = await queryOne(
    em,
    sql<{ locked: boolean }>`select pg_try_advisory_xact_lock(${lock}) as locked`,
  );
  // Somebody else does it, or has stopped in the middle: the next look finds what is left, and no other directory waits.
  if (mine?.locked !== true) return [];
  const notices: string[] = [];
  for (const ruling of rule(await loadAlarmFacts(em, directory))) {
    const alarm = await take(em, directory, ruling.step);
    await supersede(em, alarm);
    notices.push(...(await insertNotices(em, alarm, ruling.notices)));
  }
  return notices;
}

/** The id of the alarm that the step is about. */
async function take(em: EntityManager, directory: string, { kind, change }: AlarmStep): Promise<number> {
  const open = sql`directory = ${directory} and kind = ${kind} and ended_at is null`;
  const statements = {
    begin: sql<{ id: number }>`
      with old as (delete from alarm where directory = ${directory} and ended_at < now() - ${KEPT})
      insert into alarm (directory, kind) values (${directory}, ${kind}) returning id::float8 as id`,
    remind: sql<{ id: number }>`update alarm set told_at = now() where ${open} returning id::float8 as id`,
    end: sql<{ id: number }>`update alarm set ended_at = now() where ${open} returning id::float8 as id`,
  };
  const alarm = await queryOne(em, statements[change]);
  if (alarm === undefined)
    throw new Error(`the alarm "${kind}" of ${directory} is gone although it was locked`);
  return alarm.id;
}

/** Nobody is told what is no longer so: what was said before and has not arrived yet goes no further. */
async function supersede(em: EntityManager, alarm: number): Promise<void> {
  await query(
    em,
    sql`
      update notice set state = 'superseded', settled_at = now()
      where alarm_id = ${alarm} and state = 'waiting'`,
  );
}

async function insertNotices(
  em: EntityManager,
  alarm: number,
  notices: readonly NewNotice[],
): Promise<string[]> {
  if (notices.length === 0) return [];
  const rows = await query(
    em,
    sql<{ id: string }>`
      insert into notice (alarm_id, webhook, body)
      select ${alarm}, webhook, body
      from json_to_recordset(${jsonOf(notices)}::json) as n (webhook text, body text)
      returning id`,
  );
  return rows.map(row => row.id);
}
