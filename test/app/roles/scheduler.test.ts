/** Scheduled starts that no instance made. */
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { serve } from '../../../src/app/commands/serve.ts';
import { createLog } from '../../../src/log.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { query } from '../../../src/store/database/sql.ts';
import { listRuns, requestRun } from '../../../src/store/runs/request.ts';
import { openSmallDirectory } from '../../support/given/small-directory.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { processSettings } from '../../support/servers/process-settings.ts';

async function lastRunWas(db: Database, daysAgo: number): Promise<void> {
  await requestRun(db, { directory: 'corp', trigger: 'manual', mode: 'apply' });
  const then = sql`now() - ${daysAgo} * interval '1 day'`;
  await query(
    db.orm.em.fork(),
    sql`update sync_run set status = 'succeeded', queued_at = ${then}, finished_at = ${then}`,
  );
}

it('a start that was missed while no instance ran is caught up by one run, even if several instances start (G28)', async () => {
  await using fake = await openSmallDirectory({});
  await using database = await freshDatabase();
  const directory = { ...fake.settings, name: 'corp', schedule: '30 2 * * *', timezone: 'Europe/Berlin' };
  const settings = processSettings(database, directory);
  await lastRunWas(database.db, 3);
  const up = () => serve(settings, { roles: ['scheduler'], log: createLog({ level: 'silent' }) });
  const scheduled = async () => {
    const runs = await listRuns(database.db, { limit: 10 });
    return runs.filter(({ trigger }) => trigger === 'schedule').length;
  };
  for (const _restart of [1, 2]) {
    await using one = await up();
    await using two = await up();
    await expect.poll(scheduled).toBe(1);
    await Promise.all([one.stop(), two.stop()]);
    await query(database.db.orm.em.fork(), sql`update sync_run set status = 'succeeded'`);
  }
  expect(await scheduled()).toBe(1);
});
