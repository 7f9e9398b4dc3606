/** Requests for runs, the history, and the end of runs. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../../src/errors.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { failRun, finishRun } from '../../../src/store/runs/finish.ts';
import { claimRun } from '../../../src/store/runs/lease.ts';
import { getRun, listRuns, type RunRequest, requestRun, runGroups } from '../../../src/store/runs/request.ts';
import {
  change,
  creation,
  ids,
  planOf,
  rowsOf,
  saveRun,
  seed,
  sync,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const RESYNC: RunRequest = { directory: 'corp', trigger: 'manual', mode: 'apply' };
const OWNER = { owner: 'test', leaseMs: 60_000 };

async function finished(db: Database, request: RunRequest = RESYNC): Promise<number> {
  const { run } = await requestRun(db, request);
  await claimRun(db, run.id, OWNER);
  await finishRun(db, run.id, { owner: 'test', counts: { unchanged: true } });
  return run.id;
}

describe('requestRun', () => {
  it('twenty concurrent requests get the same run, and all of them see its end (F79)', async () => {
    await using fresh = await freshDatabase();
    const request = { ...RESYNC, group: 'cn=dev,dc=test', requestedBy: 'ops' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => requestRun(fresh.db, request)));
    expect(new Set(answers.map(answer => answer.run.id)).size).toBe(1);
    expect(answers.filter(answer => answer.created)).toHaveLength(1);
    const [id = 0] = answers.map(answer => answer.run.id);
    await claimRun(fresh.db, id, OWNER);
    await finishRun(fresh.db, id, { owner: 'test', counts: {} });
    expect(await getRun(fresh.db, id)).toMatchObject({
      status: 'succeeded',
      group: 'cn=dev,dc=test',
      requestedBy: 'ops',
    });
  });

  it('while a run is active, all requests get the same queued run (D2)', async () => {
    await using fresh = await freshDatabase();
    const { run } = await requestRun(fresh.db, RESYNC);
    await claimRun(fresh.db, run.id, OWNER);
    const second = await requestRun(fresh.db, RESYNC);
    const third = await requestRun(fresh.db, { ...RESYNC, trigger: 'schedule' });
    expect([second.created, third.created]).toEqual([true, false]);
    expect(third.run.id).toBe(second.run.id);
    expect(second.run.id).not.toBe(run.id);
  });

  it.each([
    ['directory', { directory: 'branch' }],
    ['mode', { mode: 'plan' }],
    ['group', { group: 'cn=dev,dc=test' }],
    ['person', { user: 'alice' }],
  ] as const)('a request for another %s is another run', async (_, other) => {
    await using fresh = await freshDatabase();
    const first = await requestRun(fresh.db, RESYNC);
    const second = await requestRun(fresh.db, { ...RESYNC, ...other });
    expect(second.created).toBe(true);
    expect(second.run.id).not.toBe(first.run.id);
  });

  it('a person and a group of the same name are two runs', async () => {
    await using fresh = await freshDatabase();
    const user = await requestRun(fresh.db, { ...RESYNC, user: 'ops' });
    const group = await requestRun(fresh.db, { ...RESYNC, group: 'ops' });
    const again = await requestRun(fresh.db, { ...RESYNC, user: 'ops' });
    expect(user.run).toMatchObject({ user: 'ops', group: undefined });
    expect(group).toMatchObject({ created: true, run: { group: 'ops' } });
    expect(again).toMatchObject({ created: false, run: { id: user.run.id } });
  });

  it('refuses a run of a group or person while 200 of its directory wait, and never a run of the whole directory', async () => {
    await using fresh = await freshDatabase();
    await rowsOf(
      fresh.db,
      sql`
        insert into sync_run (directory, trigger, mode, status, group_name, names_user)
        select 'corp', 'manual', 'apply', 'queued', 'group' || n, n % 2 = 0 from generate_series(1, 200) n`,
    );
    const asked = { directory: 'corp', trigger: 'manual', mode: 'apply' } as const;
    await expect(requestRun(fresh.db, { ...asked, group: 'dev' })).rejects.toMatchObject({
      code: 'too_many_runs',
    });
    expect(await requestRun(fresh.db, { ...asked, group: 'group1' })).toMatchObject({ created: false });
    expect(await requestRun(fresh.db, asked)).toMatchObject({ created: true });
    const other = { ...asked, directory: 'branch', user: 'ada' };
    expect(await requestRun(fresh.db, other)).toMatchObject({ created: true });
  });

  it('a repeated request with its key gets its run, even long after the run ended (D3)', async () => {
    await using fresh = await freshDatabase();
    const first = await requestRun(fresh.db, RESYNC);
    const keyed = await requestRun(fresh.db, { ...RESYNC, requestKey: 'key' });
    expect(keyed).toMatchObject({ created: false, run: { id: first.run.id } });
    await claimRun(fresh.db, first.run.id, OWNER);
    await finishRun(fresh.db, first.run.id, { owner: 'test', counts: {} });
    const again = await requestRun(fresh.db, { ...RESYNC, requestKey: 'key' });
    expect(again).toMatchObject({ created: false, run: { id: first.run.id, status: 'succeeded' } });
    expect((await requestRun(fresh.db, { ...RESYNC, requestKey: 'other' })).created).toBe(true);
  });
});

describe('history', () => {
  it('pages backwards, limited to a directory if one is given', async () => {
    await using fresh = await freshDatabase();
    const runs: number[] = [];
    for (const directory of ['corp', 'branch', 'corp', 'corp']) {
      runs.push(await finished(fresh.db, { ...RESYNC, directory }));
    }
    const [first = 0, , third = 0, fourth = 0] = runs;
    const page = async (more: { directory?: string; before?: number }) =>
      (await listRuns(fresh.db, { limit: 2, ...more })).map(run => run.id);
    expect(await page({ directory: 'corp' })).toEqual([fourth, third]);
    expect(await page({ directory: 'corp', before: third })).toEqual([first]);
    expect(await page({})).toEqual([fourth, third]);
  });

  it('finds a held run after a thousand newer runs (G86)', async () => {
    await using fresh = await freshDatabase();
    const held = await finished(fresh.db, RESYNC);
    await rowsOf(fresh.db, sql`update sync_run set status = 'held'`);
    await rowsOf(
      fresh.db,
      sql`insert into sync_run (directory, trigger, mode, status)
        select 'corp', 'schedule', 'apply', 'succeeded' from generate_series(1, 1000)`,
    );
    expect(await listRuns(fresh.db, { status: 'held', limit: 2 })).toMatchObject([{ id: held }]);
  });

  it('an unknown run is undefined, and has no groups to list', async () => {
    await using fresh = await freshDatabase();
    expect(await getRun(fresh.db, 404)).toBeUndefined();
    await expect(runGroups(fresh.db, 404)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('a run that applies shows its progress', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    const { id } = await saveRun(fresh.db, planOf([creation(1, ids(1, 2)), change(2, { kind: 'conflict' })]));
    expect(await getRun(fresh.db, id)).toMatchObject({
      status: 'applying',
      counts: { tasks: { total: 1, done: 0 } },
    });
  });

  it('lists what a run changed, and what it only recorded', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    const conflict = change(2, { kind: 'conflict', reason: 'name_conflict_new', explanation: 'two want it' });
    await sync(fresh.db, planOf([creation(1, ids(1, 2)), conflict]));
    const none = { added: 0, remove: 0, removed: 0, held: 0, kept: 0 };
    const nothing = { ...none, previousName: undefined, team: 'red' };
    expect(await runGroups(fresh.db, 1)).toEqual([
      {
        ...nothing,
        kind: 'create',
        accessGroupId: 1,
        name: 'group1',
        dn: 'cn=group1,dc=test',
        outcome: 'applied',
        add: 2,
        added: 2,
        reason: undefined,
        error: undefined,
      },
      {
        ...nothing,
        kind: 'conflict',
        accessGroupId: undefined,
        name: 'group2',
        dn: 'cn=group2,dc=test',
        outcome: 'noted',
        add: 0,
        reason: 'name_conflict_new',
        error: 'two want it',
      },
    ]);
  });
});

describe('ends of runs', () => {
  it('a failed run records its error; a former owner cannot end a run', async () => {
    await using fresh = await freshDatabase();
    const { run } = await requestRun(fresh.db, RESYNC);
    await claimRun(fresh.db, run.id, OWNER);
    await failRun(fresh.db, run.id, { owner: 'another process', code: 'busy', message: 'no' });
    await finishRun(fresh.db, run.id, { owner: 'another process', counts: {} });
    expect(await getRun(fresh.db, run.id)).toMatchObject({ status: 'reading', errorCode: undefined });
    await failRun(fresh.db, run.id, {
      owner: 'test',
      code: 'unreachable',
      message: 'ldap://x does not answer',
    });
    const failed = await getRun(fresh.db, run.id);
    expect(failed).toMatchObject({
      status: 'failed',
      errorCode: 'unreachable',
      errorMessage: 'ldap://x does not answer',
    });
    expect(failed?.finishedAt).toBeInstanceOf(Date);
  });

  it('a run that fails while it applies leaves no pending task (F81)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    const { id } = await saveRun(fresh.db, planOf([creation(1, ids(1))]));
    await failRun(fresh.db, id, { code: 'stopped', message: 'an operator stopped it' });
    expect(await rowsOf(fresh.db, sql`select outcome from sync_run_group`)).toEqual([
      { outcome: 'superseded' },
    ]);
  });

  it('a run that has ended is unchanged', async () => {
    await using fresh = await freshDatabase();
    const id = await finished(fresh.db);
    await failRun(fresh.db, id, { code: 'late', message: 'too late' });
    expect(await getRun(fresh.db, id)).toMatchObject({ status: 'succeeded', counts: { unchanged: true } });
  });
});
