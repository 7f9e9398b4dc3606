/** What a migration waits for, and for how long. */
import { describe, expect, it } from 'vitest';
import { closeDatabase, openDatabase } from '../../../src/store/database/database.ts';
import { migrateDown, migrateUp, migrationStatus } from '../../../src/store/database/migrate.ts';
import { emptyDatabase } from '../../support/servers/database.ts';
import { holdLock } from '../../support/servers/lock.ts';

describe('a migration that waits', () => {
  it('for the transactions of older instances is repeated, and they continue', async () => {
    const settings = await emptyDatabase();
    const db = await openDatabase({ ...settings, lockTimeoutMs: 300 });
    try {
      await migrateUp(db);
      await migrateDown(db);
      await using late = await holdLock(settings.url, 'lock table sync_run in row exclusive mode');
      const migrated = migrateUp(db);
      await late.isWaitedFor();
      // The migration has locked this table already: a deadlock.
      await late.run('select from directory_state');
      await late.isWaitedFor();
      await late.commit();
      expect(await migrated).toEqual(['20261130_certainty']);
    } finally {
      await closeDatabase(db);
    }
  });

  it('for a lock too long ends with an error that says so', async () => {
    const settings = await emptyDatabase();
    const db = await openDatabase({ ...settings, lockTimeoutMs: 20 });
    try {
      await migrateUp(db);
      await migrateDown(db);
      await using _ = await holdLock(settings.url, 'lock table sync_run in row exclusive mode');
      await expect(migrateUp(db)).rejects.toThrow('another transaction holds a lock');
      expect(await migrationStatus(db)).toMatchObject({ pending: ['20261130_certainty'] });
    } finally {
      await closeDatabase(db);
    }
  });

  it('for a migration that does not end names its session and what to do (G21)', async () => {
    const settings = await emptyDatabase();
    const db = await openDatabase(settings);
    try {
      const lock = "select pg_advisory_xact_lock(hashtextextended('rollcall.migrate', 0))";
      await using other = await holdLock(settings.url, lock);
      const message =
        /^session (\d+) of PostgreSQL .* more than 0.05 s; .*"select pg_terminate_backend\(\1\)"/;
      await expect(migrateUp(db, { waitMs: 50 })).rejects.toThrow(message);
      await other.release();
      expect(await migrateUp(db, { waitMs: 50 })).toContain('20261122_first');
    } finally {
      await closeDatabase(db);
    }
  });
});
