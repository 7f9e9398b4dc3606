/** The pool and transactions when a connection breaks. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../src/errors.ts';
import { closeDatabase, openDatabase, pingDatabase } from '../../../src/store/database/database.ts';
import { query } from '../../../src/store/database/sql.ts';
import { transact } from '../../../src/store/database/transaction.ts';
import { Team } from '../../../src/store/entities/access.ts';
import { getRun } from '../../../src/store/runs/request.ts';
import { rowsOf, seed } from '../../support/given/saved-plan.ts';
import { startPostgresProxy } from '../../support/proxies/postgres-proxy.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { holdLock } from '../../support/servers/lock.ts';

describe('a connection that breaks', () => {
  it('in the middle of a transaction frees its slot in the pool, and closing the pool does not hang', async () => {
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

  it('while it is idle is replaced', async () => {
    await using fresh = await freshDatabase();
    await query(
      fresh.db.orm.em.fork(),
      sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await pingDatabase(fresh.db);
  });

  it('while changed entities are written leaves no change, and the transaction does not seem to succeed', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 0);
    await using lock = await holdLock(fresh.settings.url, `update team set name = 'other' where id = 1`);
    const renamed = transact(fresh.db, async em => {
      em.assign(await em.findOneOrFail(Team, 1), { name: 'Crimson' });
    });
    const outcome = expect(renamed).rejects.toThrow(UnavailableError);
    await lock.isWaitedFor();
    await rowsOf(
      fresh.db,
      sql`select pg_terminate_backend(pid) from pg_locks where not granted and pid <> pg_backend_pid()`,
    );
    await outcome;
  });

  it('while an entity is read is reported as unavailable', async () => {
    await using fresh = await freshDatabase();
    const proxy = await startPostgresProxy(fresh.settings);
    const db = await openDatabase(proxy.settings);
    await proxy[Symbol.asyncDispose]();
    await expect(getRun(db, 1)).rejects.toThrow(UnavailableError);
    await closeDatabase(db);
  });
});
