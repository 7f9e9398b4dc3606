/** Recognises an audit that was restored from another PostgreSQL server, and gives its rows a transaction of this one. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';
import { readFrom, transact } from '../database/transaction.ts';
import { sealRestored } from './replace-seals.ts';

const TABLES = ['membership_change', 'access_group_change'];

/**
 * Whether rows name transactions that this server has not begun yet. No tail of the audit shows such a row until the
 * server has had as many transactions.
 */
export async function isFromOtherServer(db: Database): Promise<boolean> {
  const newest = TABLES.map(
    table => sql`(select xact from ${sql.table(table)} order by xact desc, id desc limit 1)`,
  );
  const row = await readFrom(db, em =>
    queryOne(
      em,
      sql<{ found: boolean }>`
        select greatest(${sql.join(newest)}) >= pg_snapshot_xmax(pg_current_snapshot()) as found`,
    ),
  );
  return row?.found ?? false;
}

/**
 * Moves all rows of a restored audit into one transaction of this server, in the order of their ids, and returns their
 * number; 0: the audit is from this server. Every earlier cursor is then invalid, and its client gets an error. With a
 * smaller transaction number, a cursor of the other server would seem to be after all rows. Only the owner of the
 * tables may do it.
 */
export async function adoptAudit(db: Database): Promise<number> {
  if (!(await isFromOtherServer(db))) return 0;
  return transact(db, async em => {
    let moved = 0;
    await sealRestored(em, async () => {
      for (const table of TABLES) moved += await moveRows(em, table);
    });
    return moved;
  });
}

async function moveRows(em: EntityManager, name: string): Promise<number> {
  const table = sql.table(name);
  const trigger = sql.id(`${name}_append_only`);
  // This also waits for the transactions that are writing.
  await query(em, sql`alter table ${table} disable trigger ${trigger}`);
  const row = await queryOne(
    em,
    sql<{ n: number }>`
      with moved as (update ${table} set xact = pg_current_xact_id() where xact > '0' returning 1)
      select count(*)::integer as n from moved`,
  );
  await query(em, sql`alter table ${table} enable trigger ${trigger}`);
  return row?.n ?? 0;
}
