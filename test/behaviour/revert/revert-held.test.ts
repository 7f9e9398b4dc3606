/** Held removals of a revert, and decisions about them. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../../src/errors.ts';
import { approveRevert, revertRun } from '../../../src/jobs/revert-run.ts';
import { auditDrift } from '../../../src/store/audit/drift.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { freezeGroup } from '../../../src/store/ownership/freeze.ts';
import { releaseGroup } from '../../../src/store/ownership/release.ts';
import { rejectRun } from '../../../src/store/runs/decide.ts';
import { directoryStatus } from '../../../src/store/status/directory-status.ts';
import { ONE_A_GROUP, OPS, portsOf, runToRevert } from '../../support/given/revert.ts';
import { fingerprint, membersByGroup, planOf, rowsOf, sync } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { holdLock } from '../../support/servers/lock.ts';

describe('removals that the guard holds', () => {
  async function held(db: Database) {
    const run = await runToRevert(db);
    await freezeGroup(db, 1, OPS);
    await releaseGroup(db, 2, { ...OPS, empty: false });
    const waiting = await revertRun(portsOf(db, ONE_A_GROUP), run, OPS);
    if (waiting === undefined) throw new Error('the test expected a run');
    return { run, waiting };
  }

  it('wait for approval by name while additions continue, and repeating the request gets the same run', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const { run, waiting } = await held(db);
    expect(waiting).toMatchObject({
      status: 'held',
      counts: {
        applied: { added: 4, removed: 0 },
        held: { groups: 2, removals: 4, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    });
    expect(await membersByGroup(db)).toMatchObject({ group1: [1, 2, 3, 4, 5], group2: [1, 2, 3, 4, 5] });
    const before = await fingerprint(db);
    expect(await revertRun(portsOf(db, ONE_A_GROUP), run, OPS)).toMatchObject({ id: waiting.id });
    expect(await fingerprint(db, ['sync_run'])).toEqual(
      new Map([...before].filter(([table]) => table !== 'sync_run')),
    );
  });

  it('are applied exactly as approved, and the held run is closed', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const { waiting } = await held(db);
    const digest = waiting.counts.held?.digest;
    const ports = portsOf(db, ONE_A_GROUP);
    await expect(approveRevert(ports, waiting, { ...OPS, digest: '0'.repeat(64) })).rejects.toThrow(
      RefusedError,
    );
    const done = await approveRevert(ports, waiting, { ...OPS, by: 'boss', digest });
    expect(done).toMatchObject({ status: 'succeeded', approves: waiting.id, requestedBy: 'boss' });
    expect(await membersByGroup(db)).toMatchObject({ group1: [1, 2, 3], group2: [1, 2, 3] });
    expect(await auditDrift(db)).toEqual([]);
    await expect(approveRevert(ports, waiting, { ...OPS, digest })).rejects.toThrow(RefusedError);
  });

  it('are approved in the same lock order as a second revert', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const { run, waiting } = await held(db);
    const taken = `select from sync_run where id = ${run} for update`;
    await using other = await holdLock(fresh.settings.url, taken);
    const approval = approveRevert(portsOf(db, ONE_A_GROUP), waiting, OPS);
    await other.isWaitedFor();
    // A second revert of the run reaches the held run next, so no process may lock that while it waits for the first.
    expect(
      await rowsOf(db, sql`select id::int from sync_run where id = ${waiting.id} for update nowait`),
    ).toEqual([{ id: waiting.id }]);
    await other.release();
    expect(await approval).toMatchObject({ status: 'succeeded' });
  });

  it('are approved for some groups, and the new run holds the rest', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const { waiting } = await held(db);
    const done = await approveRevert(portsOf(db, ONE_A_GROUP), waiting, { ...OPS, groups: [1] });
    expect(done).toMatchObject({ status: 'held', counts: { held: { groups: 1, removals: 2 } } });
    expect(await membersByGroup(db)).toMatchObject({ group1: [1, 2, 3], group2: [1, 2, 3, 4, 5] });
  });

  it('are dropped for a group that is synced again', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const { waiting } = await held(db);
    await rowsOf(
      db,
      sql`update directory_group set frozen_at = null, frozen_by = null, frozen_reason = null`,
    );
    const done = await approveRevert(portsOf(db, ONE_A_GROUP), waiting, OPS);
    expect(done).toMatchObject({ status: 'succeeded', counts: { applied: { removed: 2 } } });
    expect(await membersByGroup(db)).toMatchObject({ group1: [1, 2, 3, 4, 5], group2: [1, 2, 3] });
  });

  it('can be rejected, and a later sync neither closes the run nor counts it as its own', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const { waiting } = await held(db);
    const [before] = await directoryStatus(db, ['corp']);
    const last = await sync(db, planOf([]));
    const [after] = await directoryStatus(db, ['corp']);
    expect(before?.lastRun?.id).toBeLessThan(waiting.id);
    expect(after).toMatchObject({ heldRuns: 1, lastRun: { id: last?.id } });
    expect(await rejectRun(db, waiting.id, OPS)).toMatchObject({ status: 'rejected' });
    expect(await membersByGroup(db)).toMatchObject({ group1: [1, 2, 3, 4, 5] });
  });
});
