/** The confirmation of first runs after an upgrade. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { loadCurrent } from '../../../src/store/current/load-current.ts';
import { migrateDown, migrateUp } from '../../../src/store/database/migrate.ts';
import { creation, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

describe('an upgrade', () => {
  it('counts directories that manage groups already as confirmed, and no others (G16)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids(1))]));
    await sync(fresh.db, planOf([], { directory: 'idle' }));
    expect(await migrateDown(fresh.db)).toEqual(['20261130_certainty']);
    await migrateUp(fresh.db);
    const confirmed = async (directory: string) =>
      (await loadCurrent(fresh.db, directory, { teams: [], protect: [], people: [] })).confirmed;
    expect(await confirmed('corp')).toBe(true);
    expect(await confirmed('idle')).toBeUndefined();
    expect(await rowsOf(fresh.db, sql`select directory::text from directory_state order by 1`)).toHaveLength(
      2,
    );
  });
});
