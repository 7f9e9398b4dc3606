/** Reverts of a run, for groups that no directory syncs. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../../src/errors.ts';
import { previewRevert, revertRun } from '../../../src/jobs/revert-run.ts';
import { auditDrift } from '../../../src/store/audit/drift.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { freezeGroup } from '../../../src/store/ownership/freeze.ts';
import { releaseGroup } from '../../../src/store/ownership/release.ts';
import { OPS, portsOf, runToRevert, update } from '../../support/given/revert.ts';
import {
  fingerprint,
  membersByGroup,
  outcomes,
  planOf,
  rowsOf,
  sync,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

async function auditOf(db: Database, run: number) {
  return rowsOf(
    db,
    sql`
      select action, group_name as "group", username, actor, reason, directory from membership_change
      where run_id = ${run} order by group_name, action, username`,
  );
}

describe('reverting a run', () => {
  it('restores frozen and released groups, and reports that synced groups are unchanged', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const run = await runToRevert(db);
    await freezeGroup(db, 1, OPS);
    await releaseGroup(db, 2, { ...OPS, empty: false });
    const done = await revertRun(portsOf(db), run, OPS);
    expect(await membersByGroup(db)).toEqual({ group1: [1, 2, 3], group2: [1, 2, 3], group3: [3, 4, 5] });
    expect(done).toMatchObject({
      status: 'succeeded',
      trigger: 'manual',
      requestedBy: 'ops',
      reverts: run,
      revertReason: OPS.reason,
      counts: { applied: { groups: 2, added: 4, removed: 4, failed: 0 } },
    });
    expect(await outcomes(db, done?.id ?? 0)).toEqual({
      group1: 'applied',
      group2: 'applied',
      group3: 'noted live_linked',
    });
  });

  it('is audited with run, user and reason, once for each change, and the audit replays', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const run = await runToRevert(db);
    await freezeGroup(db, 1, OPS);
    await releaseGroup(db, 2, { ...OPS, empty: false });
    const done = await revertRun(portsOf(db), run, OPS);
    const row = (group: string, action: string, username: string, owner: string | null) => ({
      group,
      action,
      username,
      actor: 'ops',
      reason: 'revert',
      directory: owner,
    });
    const rows = (group: string, owner: string | null) => [
      row(group, 'add', 'user1', owner),
      row(group, 'add', 'user2', owner),
      row(group, 'remove', 'user4', owner),
      row(group, 'remove', 'user5', owner),
    ];
    expect(await auditOf(db, done?.id ?? 0)).toEqual([...rows('group1', 'corp'), ...rows('group2', null)]);
    expect(await auditDrift(db)).toEqual([]);
  });

  it('changes nothing the second time, and a preview changes nothing', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const run = await runToRevert(db);
    await freezeGroup(db, 1, OPS);
    const before = await fingerprint(db);
    expect(await previewRevert(portsOf(db), run)).toMatchObject({
      reverts: run,
      directory: 'corp',
      groups: [
        { team: 'red', name: 'group1', add: ['user1', 'user2'], remove: ['user4', 'user5'], held: false },
      ],
      skipped: [
        { name: 'group2', reason: 'live_linked' },
        { name: 'group3', reason: 'live_linked' },
      ],
      heldBecause: [],
    });
    expect(await fingerprint(db)).toEqual(before);
    await revertRun(portsOf(db), run, OPS);
    const after = await fingerprint(db);
    expect(await revertRun(portsOf(db), run, OPS)).toBeUndefined();
    expect(await fingerprint(db)).toEqual(after);
  });

  it('can itself be reverted', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const run = await runToRevert(db);
    await freezeGroup(db, 1, OPS);
    await releaseGroup(db, 2, { ...OPS, empty: false });
    const done = await revertRun(portsOf(db), run, OPS);
    await revertRun(portsOf(db), done?.id ?? 0, OPS);
    expect(await membersByGroup(db)).toEqual({ group1: [3, 4, 5], group2: [3, 4, 5], group3: [3, 4, 5] });
  });

  it('skips members with a later decision and deleted users', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const run = await runToRevert(db);
    await sync(db, planOf([update(1, 2, 3, 5)]));
    await sync(db, planOf([update(1, 3, 5)]));
    await rowsOf(db, sql`delete from auth_user where id = 5`);
    await freezeGroup(db, 1, OPS);
    const preview = await previewRevert(portsOf(db), run);
    expect(preview).toMatchObject({ groups: [{ add: ['user1'], remove: [] }] });
    await revertRun(portsOf(db), run, OPS);
    expect(await membersByGroup(db)).toMatchObject({ group1: [1, 3] });
  });

  it('reports a deleted group, and refuses an unknown run or directory', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const run = await runToRevert(db);
    await releaseGroup(db, 1, { ...OPS, empty: false });
    await rowsOf(db, sql`delete from access_group where id = 1`);
    const { skipped } = await previewRevert(portsOf(db), run);
    expect(skipped.map(({ name, reason }) => [name, reason])).toEqual([
      ['group1', 'group_gone'],
      ['group2', 'live_linked'],
      ['group3', 'live_linked'],
    ]);
    await expect(revertRun(portsOf(db), 999, OPS)).rejects.toThrow(NotFoundError);
    await expect(revertRun({ db, directories: [] }, run, OPS)).rejects.toMatchObject({
      code: 'directory_not_configured',
    });
  });

  it('does exactly what the preview showed, or nothing', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const run = await runToRevert(db);
    await freezeGroup(db, 1, OPS);
    const { digest } = await previewRevert(portsOf(db), run);
    await freezeGroup(db, 2, OPS);
    await expect(revertRun(portsOf(db), run, { ...OPS, digest })).rejects.toMatchObject({
      code: 'plan_changed',
    });
    expect(await membersByGroup(db)).toMatchObject({ group1: [3, 4, 5] });
    const now = await previewRevert(portsOf(db), run);
    await revertRun(portsOf(db), run, { ...OPS, digest: now.digest });
    expect(await membersByGroup(db)).toMatchObject({ group1: [1, 2, 3], group2: [1, 2, 3] });
  });

  it('happens once for two concurrent requests', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const run = await runToRevert(db);
    await freezeGroup(db, 1, OPS);
    const both = await Promise.all([revertRun(portsOf(db), run, OPS), revertRun(portsOf(db), run, OPS)]);
    expect(both.filter(done => done !== undefined)).toHaveLength(1);
    expect(await membersByGroup(db)).toMatchObject({ group1: [1, 2, 3] });
  });

  it('waits until the run has ended', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const run = await runToRevert(db);
    await freezeGroup(db, 1, OPS);
    await rowsOf(db, sql`update sync_run set status = 'applying', finished_at = null where id = ${run}`);
    await expect(revertRun(portsOf(db), run, OPS)).rejects.toMatchObject({ code: 'precondition_failed' });
  });
});
