/** Statements that bypass or satisfy the rules of the database. */
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../../src/store/database/database.ts';
import { markSync } from '../../../src/store/database/session-variables.ts';
import { query } from '../../../src/store/database/sql.ts';

/** Damages rows as a database owner could, with triggers and foreign keys disabled. The audit does not contain it. */
export async function forceSql(db: Database, statement: RawBuilder<unknown>): Promise<void> {
  await db.orm.em.fork().transactional(async em => {
    await query(em, sql`set local session_replication_role = replica`);
    await query(em, statement);
  });
}

/** Runs the statements in one transaction that is marked as a sync. */
export function asSync(db: Database, ...statements: readonly RawBuilder<unknown>[]): Promise<void> {
  return db.orm.em.fork().transactional(async em => {
    await markSync(em);
    for (const statement of statements) await query(em, statement);
  });
}
