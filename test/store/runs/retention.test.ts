/** What retention removes and keeps, and that no other transaction can delete audit rows. */
import { type RawBuilder, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { auditDrift } from '../../../src/store/audit/drift.ts';
import { membersAt } from '../../../src/store/audit/members-at.ts';
import { sealForRetention } from '../../../src/store/audit/replace-seals.ts';
import type { Database } from '../../../src/store/database/database.ts';
import {
  removeOldGroupChanges,
  removeOldMemberChanges,
  removeOldReloads,
  removeOldRuns,
} from '../../../src/store/runs/retention.ts';
import { recordReload } from '../../../src/store/status/configuration.ts';
import { reportProcess } from '../../../src/store/status/processes.ts';
import { sealAll } from '../../support/given/audit.ts';
import { change, creation, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const DAY_MS = 86_400_000;

interface Past {
  readonly status: string;
  readonly ago: number;
  readonly directory?: string;
  readonly mode?: string;
  readonly approves?: number;
  readonly reverts?: number;
}

/** Inserts runs with the ids 1, 2, 3 … that ended the given number of days ago. */
async function past(db: Database, runs: readonly Past[]): Promise<void> {
  for (const { status, ago, directory = 'corp', mode = 'apply', approves = null, reverts = null } of runs) {
    await rowsOf(
      db,
      sql`
        insert into sync_run (directory, trigger, mode, status, approves, reverts, revert_reason, queued_at, finished_at)
        values (${directory}, 'manual', ${mode}, ${status}, ${approves}, ${reverts},
          ${reverts === null ? null : 'test'}, ${daysAgo(ago)},
          case when ${status} not in ('queued', 'applying') then ${daysAgo(ago)} end)`,
    );
  }
}

function daysAgo(days: number): RawBuilder<unknown> {
  return sql`now() - ${days} * interval '1 day'`;
}

async function left(db: Database): Promise<number[]> {
  const rows = await rowsOf(db, sql<{ id: number }>`select id::float8 as id from sync_run order by id`);
  return rows.map(row => row.id);
}

/** Moves all audit rows back by that many days. */
async function age(db: Database, days: number): Promise<void> {
  await db.orm.em.fork().transactional(async em => {
    await em.execute('set local session_replication_role = replica');
    for (const table of ['membership_change', 'access_group_change'])
      await em.execute(`update ${table} set at = at - interval '1 day' * ${days}`);
  });
}

async function removeAudit(db: Database, days: number): Promise<number> {
  let removed = 0;
  await sealAll(db);
  const borders = await sealForRetention(db, days * DAY_MS);
  let walk = await removeOldMemberChanges(db, borders);
  while (walk !== undefined) {
    removed = walk.removed;
    walk = await removeOldMemberChanges(db, borders, walk);
  }
  return removed;
}

describe('old runs', () => {
  it('are removed, except the newest and newest succeeded of a directory, and those that wait, are active or are referred to', async () => {
    await using fresh = await freshDatabase();
    await past(fresh.db, [
      { status: 'succeeded', ago: 500 },
      { status: 'failed', ago: 499 },
      { status: 'held', ago: 498 },
      { status: 'succeeded', ago: 497, mode: 'plan' },
      { status: 'rejected', ago: 496 },
      { status: 'succeeded', ago: 495, approves: 5 },
      { status: 'failed', ago: 494 },
      { status: 'applying', ago: 493 },
      { status: 'failed', ago: 10 },
      { status: 'failed', ago: 492, directory: 'branch' },
    ]);
    expect(await removeOldRuns(fresh.db, 400 * DAY_MS)).toBe(4);
    expect(await left(fresh.db)).toEqual([3, 5, 6, 8, 9, 10]);
    expect(await removeOldRuns(fresh.db, 400 * DAY_MS)).toBe(0);
  });

  it('of which one reverts another are removed one after the other', async () => {
    await using fresh = await freshDatabase();
    await past(fresh.db, [
      { status: 'succeeded', ago: 500 },
      { status: 'succeeded', ago: 499, reverts: 1 },
      { status: 'succeeded', ago: 10 },
    ]);
    expect(await removeOldRuns(fresh.db, 400 * DAY_MS)).toBe(1);
    expect(await removeOldRuns(fresh.db, 400 * DAY_MS)).toBe(1);
    expect(await left(fresh.db)).toEqual([3]);
  });

  it('are removed with their saved plans, and the audit still shows since when each user is a member', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    const run = await sync(fresh.db, planOf([creation(1, ids(1, 2))]));
    await sync(fresh.db, planOf([]));
    await rowsOf(fresh.db, sql`update sync_run set finished_at = ${daysAgo(500)}`);
    expect(await removeOldRuns(fresh.db, 400 * DAY_MS)).toBe(1);
    expect(await rowsOf(fresh.db, sql`select from sync_run_group`)).toEqual([]);
    const members = await membersAt(fresh.db, { group: 1, at: new Date() });
    expect(members.map(({ username, runId }) => [username, runId])).toEqual([
      ['user1', run?.id],
      ['user2', run?.id],
    ]);
  });
});

describe('old audit', () => {
  it('is removed, but a member at the time limit keeps the row that says since when', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 4);
    const update = (...members: number[]) =>
      planOf([change(1, { kind: 'update', accessGroupId: 1, desired: ids(...members) })]);
    await sync(fresh.db, planOf([creation(1, ids(1, 2))]));
    await sync(fresh.db, update(1, 3));
    await sync(fresh.db, update(1, 2, 3));
    await age(fresh.db, 50);
    await sync(fresh.db, update(1, 4));
    const then = new Date(Date.now() - 20 * DAY_MS);
    const before = await membersAt(fresh.db, { group: 1, at: then });
    expect(before.map(row => row.username)).toEqual(['user1', 'user2', 'user3']);
    expect(await removeAudit(fresh.db, 40)).toBe(2);
    expect(await membersAt(fresh.db, { group: 1, at: then })).toEqual(before);
    expect(await auditDrift(fresh.db)).toEqual([]);
    expect(await removeAudit(fresh.db, 40)).toBe(0);
  });

  it('of groups themselves is removed as well', async () => {
    await using fresh = await freshDatabase();
    const event = sql`
      insert into access_group_change (at, action, access_group_id, group_name, team_slug, reason)
      values (${daysAgo(41)}, 'create', 1, 'api', 'red', 'manual'), (${daysAgo(39)}, 'delete', 1, 'api', 'red', 'manual')`;
    await rowsOf(fresh.db, event);
    await sealAll(fresh.db);
    const borders = await sealForRetention(fresh.db, 40 * DAY_MS);
    expect(await removeOldGroupChanges(fresh.db, borders)).toBe(1);
    expect(await removeOldGroupChanges(fresh.db, borders)).toBe(0);
    expect(await rowsOf(fresh.db, sql`select action from access_group_change`)).toEqual([
      { action: 'delete' },
    ]);
  });

  it.each(['membership_change', 'access_group_change'])(
    '%s is append-only for all other transactions',
    async table => {
      await using fresh = await freshDatabase();
      const edits = [
        sql`delete from ${sql.table(table)}`,
        sql`update ${sql.table(table)} set actor = 'nobody'`,
        sql`truncate ${sql.table(table)}`,
      ];
      for (const edit of edits)
        await expect(rowsOf(fresh.db, edit)).rejects.toThrow(`${table} is append-only`);
      const marked = fresh.db.orm.em.fork().transactional(async em => {
        await em.execute(`select set_config('rollcall.retention', 'sealed', true)`);
        await em.execute(`update ${table} set actor = 'nobody'`);
      });
      await expect(marked).rejects.toThrow(`${table} is append-only`);
    },
  );
});

it('removes old reloads of the configuration, but not the last one of a process that is shown', async () => {
  await using fresh = await freshDatabase();
  const { db } = fresh;
  const [shown, gone] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
  await reportProcess(db, { id: shown, name: 'a:1', roles: ['worker'], version: '1' });
  for (const [process, by] of [
    [shown, 'first'],
    [shown, 'last'],
    [gone, 'other'],
  ] as const)
    await recordReload(db, process, { by, changed: [], problems: [] }, undefined);
  await rowsOf(db, sql`update config_change set at = ${daysAgo(10)}`);
  await recordReload(db, gone, { by: 'recent', changed: [], problems: [] }, undefined);
  await removeOldReloads(db, 9 * DAY_MS);
  const left = await rowsOf(db, sql`select by from config_change order by id`);
  expect(left).toEqual([{ by: 'last' }, { by: 'recent' }]);
});
