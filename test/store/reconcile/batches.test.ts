/** The number of tasks of a run. */
import { describe, expect, it } from 'vitest';
import { creation, ids, planOf, saveRun, seed } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

describe('the tasks of a run', () => {
  it('five thousand groups are a few dozen tasks, not five thousand (F81)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    const groups = Array.from({ length: 5_000 }, (_, n) => creation(n + 1, ids(1, 2)));
    const { batches } = await saveRun(fresh.db, planOf(groups));
    expect(batches.length).toBeGreaterThan(1);
    expect(batches.length).toBeLessThanOrEqual(50);
  });
});
