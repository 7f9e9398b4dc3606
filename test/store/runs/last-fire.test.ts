/** The last scheduled start of a directory. */
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database/database.ts';
import { finishRun } from '../../../src/store/runs/finish.ts';
import { lastFire, scheduleKey } from '../../../src/store/runs/last-fire.ts';
import { claimRun } from '../../../src/store/runs/lease.ts';
import { type RunRequest, requestRun } from '../../../src/store/runs/request.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const SCHEDULED: RunRequest = { directory: 'corp', trigger: 'schedule', mode: 'apply' };

async function finished(db: Database, request: RunRequest): Promise<number> {
  const { run } = await requestRun(db, request);
  await claimRun(db, run.id, { owner: 'test', leaseMs: 60_000 });
  await finishRun(db, run.id, { owner: 'test', counts: {} });
  return run.id;
}

describe('the last scheduled start', () => {
  it('is the newest one of the directory, not of another, nor a run that a user requested (G28)', async () => {
    await using fresh = await freshDatabase();
    const fired = [
      '2026-06-01T10:00:00.000Z',
      '2026-06-01T11:00:00.000Z',
      '2026-06-01T10:15:00.000Z again, after 2',
    ];
    for (const fireTime of fired)
      await finished(fresh.db, { ...SCHEDULED, requestKey: scheduleKey('corp', fireTime) });
    const other = scheduleKey('corp2', '2026-06-01T12:00:00.000Z');
    await finished(fresh.db, { ...SCHEDULED, directory: 'corp2', requestKey: other });
    await finished(fresh.db, { ...SCHEDULED, trigger: 'manual' });

    expect(await lastFire(fresh.db, 'corp')).toMatchObject({
      at: Date.parse('2026-06-01T10:15:00.000Z'),
      run: 3,
    });
    expect((await lastFire(fresh.db, 'corp'))?.agoMs).toBeGreaterThanOrEqual(0);
  });

  it('is the newest full run if no schedule ever started one, and undefined if there is none (G28)', async () => {
    await using fresh = await freshDatabase();
    expect(await lastFire(fresh.db, 'corp')).toBeUndefined();
    await finished(fresh.db, { ...SCHEDULED, trigger: 'manual', mode: 'plan' });
    await finished(fresh.db, { ...SCHEDULED, trigger: 'manual', group: 'cn=dev,dc=test' });
    expect(await lastFire(fresh.db, 'corp')).toBeUndefined();
    const run = await finished(fresh.db, { ...SCHEDULED, trigger: 'manual' });
    expect(await lastFire(fresh.db, 'corp')).toMatchObject({ run });
  });
});
