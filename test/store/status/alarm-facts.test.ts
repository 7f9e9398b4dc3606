/** The facts that decide about alarms. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { revertRun } from '../../../src/jobs/revert-run.ts';
import { releaseGroup } from '../../../src/store/ownership/release.ts';
import { failRun } from '../../../src/store/runs/finish.ts';
import { requestRun } from '../../../src/store/runs/request.ts';
import { loadAlarmFacts } from '../../../src/store/status/alarm-facts.ts';
import { OPS, portsOf, runToRevert } from '../../support/given/revert.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

describe('loadAlarmFacts', () => {
  it('ignores a revert: the failures before it still count', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const mistake = await runToRevert(db);
    const { run } = await requestRun(db, { directory: 'corp', trigger: 'schedule', mode: 'apply' });
    await failRun(db, run.id, { code: 'unreachable', message: 'no answer' });
    await releaseGroup(db, 1, { ...OPS, empty: false });
    expect(await revertRun(portsOf(db), mistake, OPS)).toMatchObject({ status: 'succeeded' });
    expect(await rowsOf(db, sql`select max(id)::int as id from sync_run`)).toEqual([{ id: run.id + 1 }]);
    expect(await loadAlarmFacts(db.orm.em.fork(), 'corp')).toMatchObject({
      consecutiveFailures: 1,
      last: { id: run.id, status: 'failed', errorCode: 'unreachable' },
    });
  });
});
