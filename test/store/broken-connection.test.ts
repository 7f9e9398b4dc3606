import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { closeDatabase, openDatabase, pingDatabase } from '../../src/store/database.ts';
import { query } from '../../src/store/sql.ts';
import { freshDatabase } from '../support/database.ts';

describe('a connection that breaks', () => {
  it('in the middle of a transaction takes no place in the pool with it, and nothing hangs when it is closed', async () => {
    await using fresh = await freshDatabase();
    const db = await openDatabase({ ...fresh.settings, poolSize: 2 });
    const breakOne = () =>
      db.orm.em.fork().transactional(em => query(em, sql`select pg_terminate_backend(pg_backend_pid())`));
    for (let n = 0; n < 5; n++) await expect(breakOne()).rejects.toThrow(/terminat/);
    await pingDatabase(db);
    await expect(db.orm.em.fork().transactional(em => query(em, sql`select 7 as seven`))).resolves.toEqual([
      { seven: 7 },
    ]);
    await closeDatabase(db);
  });

  it('while nobody uses it is replaced', async () => {
    await using fresh = await freshDatabase();
    await query(
      fresh.db.orm.em.fork(),
      sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await pingDatabase(fresh.db);
  });
});
