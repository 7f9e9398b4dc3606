/** The locks on directory groups: their number and order. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { query } from '../../../src/store/database/sql.ts';
import { lockLinks } from '../../../src/store/reconcile/locks.ts';
import { uuid } from '../../support/given/values.ts';
import { freshDatabase } from '../../support/servers/database.ts';

function sources(count: number): string[] {
  return Array.from({ length: count }, (_, n) => uuid(n));
}

describe('locks on directory groups', () => {
  it('are few, however many groups a reorganisation renames (A16)', async () => {
    await using fresh = await freshDatabase();
    await fresh.db.orm.em.fork().transactional(async em => {
      await lockLinks(em, 'corp', sources(60_000));
      const rows = await query(
        em,
        sql<{ count: number }>`
          select count(*)::int as count from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`,
      );
      expect(rows).toEqual([{ count: 1 }]);
    });
  });

  it.each([
    ['many wait for one', 5_000, 1, 'corp', true],
    ['one waits for many', 1, 5_000, 'corp', true],
    ['one waits for the same one', 1, 1, 'corp', true],
    ['many do not wait for another directory', 5_000, 5_000, 'other', false],
  ])('%s', async (_, held, wanted, directory, waits) => {
    await using fresh = await freshDatabase();
    await fresh.db.orm.em.fork().transactional(async first => {
      await lockLinks(first, 'corp', sources(held));
      const second = fresh.db.orm.em.fork().transactional(async em => {
        await query(em, sql`select set_config('lock_timeout', '100ms', true)`);
        await lockLinks(em, directory, sources(wanted));
      });
      if (waits) await expect(second).rejects.toThrow(/lock timeout/);
      else await second;
    });
  });

  it('do not make transactions without a common group wait for each other', async () => {
    await using fresh = await freshDatabase();
    await fresh.db.orm.em.fork().transactional(async first => {
      await lockLinks(first, 'corp', [uuid(1)]);
      await fresh.db.orm.em.fork().transactional(async em => {
        await query(em, sql`select set_config('lock_timeout', '100ms', true)`);
        await lockLinks(em, 'corp', [uuid(2)]);
      });
    });
  });
});
