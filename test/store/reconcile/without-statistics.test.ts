/** What a batch reads while PostgreSQL has no statistics, as in the first minute of a first sync. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { queryOne } from '../../../src/store/database/sql.ts';
import { transact } from '../../../src/store/database/transaction.ts';
import { reconcileRows } from '../../../src/store/reconcile/reconcile-rows.ts';
import { creation, ids, planOf, saveRun, seed } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const GROUPS = 2_500;

/** The pages of tables and indexes that this session has asked for. */
async function pagesRead(em: EntityManager): Promise<number> {
  const row = await queryOne(
    em,
    sql<{ pages: number }>`
      select sum(pg_stat_get_xact_blocks_fetched(oid))::float8 as pages from pg_class
      where relkind in ('r', 'i') and relnamespace = 'public'::regnamespace`,
  );
  return row?.pages ?? 0;
}

describe('a batch of a first sync', () => {
  it.each([1, 40])('reads as much for the last groups as for the first, in %s teams (G24)', async count => {
    await using fresh = await freshDatabase();
    const teams = Array.from({ length: count }, (_, n) => `team${n}`);
    await seed(fresh.db, 20, teams);
    const groups = Array.from({ length: GROUPS }, (_, n) =>
      creation(n + 1, ids(1, 2, 3), { team: `team${n % count}`, setProjects: ['p1', 'p2'] }),
    );
    const { id, batches } = await saveRun(fresh.db, planOf(groups));
    const pages: number[] = [];
    for (const batch of batches) {
      await transact(fresh.db, async em => {
        const before = await pagesRead(em);
        await reconcileRows(em, id, batch);
        pages.push((await pagesRead(em)) - before);
      });
    }
    const [first = 0, last = Number.POSITIVE_INFINITY] = [pages[0], pages.at(-1)];
    expect(last).toBeLessThan(2 * first);
  });
});
