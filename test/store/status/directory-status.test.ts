/** The status and state of a directory, and the recovery of connections. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../src/errors.ts';
import { directoryState } from '../../../src/store/current/directory-state.ts';
import { openDatabase, pingDatabase } from '../../../src/store/database/database.ts';
import { failRun } from '../../../src/store/runs/finish.ts';
import { requestRun } from '../../../src/store/runs/request.ts';
import { directoryStatus } from '../../../src/store/status/directory-status.ts';
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

describe('directoryStatus', () => {
  it('is empty for a directory that never ran', async () => {
    await using fresh = await freshDatabase();
    expect(await directoryStatus(fresh.db, ['corp'])).toEqual([
      {
        name: 'corp',
        lastRun: undefined,
        lastSuccessAt: undefined,
        consecutiveFailures: 0,
        groups: { linked: 0, conflict: 0, missing: 0, out_of_scope: 0, released: 0 },
        states: {
          in_sync: 0,
          waiting: 0,
          doubt: 0,
          behind: 0,
          frozen: 0,
          missing: 0,
          out_of_scope: 0,
          conflict: 0,
        },
        frozen: 0,
        memberships: 0,
        linkRequests: { total: 0, oldestSince: undefined },
        totals: { runs: {}, added: 0, removed: 0 },
        unresolved: 0,
        unreadable: 0,
        disabled: {},
        unnamed: 0,
        passwordExpiresAt: undefined,
        currentAt: undefined,
        watch: undefined,
        doubts: { total: 0, undecided: 0, oldestSince: undefined, byKind: {}, first: [] },
        shadow: { groups: 0, add: 0, remove: 0, held: 0, since: undefined },
        problems: { total: 0, first: [] },
        held: [],
        heldRuns: 0,
        oldestHeldAt: undefined,
      },
    ]);
  });

  it('counts groups by state, memberships and unresolved members, for each directory', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    const conflict = { ...planOf([change(3, { kind: 'conflict' })]).states[0], state: 'conflict' } as const;
    const plan = planOf([creation(1, ids(1, 2)), creation(2, ids(3))]);
    const appeared = [
      { groupExternalId: plan.states[0]?.externalId ?? '', member: 'cn=x', reason: 'dangling_dn' },
    ];
    await sync(fresh.db, {
      ...plan,
      unresolved: { appeared, resolved: [] },
      states: [
        ...plan.states,
        { dn: '', cn: '', mapping: '', externalId: '', reason: undefined, missedReads: 0, ...conflict },
      ],
    });
    await sync(fresh.db, planOf([creation(9, ids(1))], { directory: 'branch' }));
    const [corp, branch] = await directoryStatus(fresh.db, ['corp', 'branch']);
    expect(corp).toMatchObject({
      groups: { linked: 2, conflict: 1, missing: 0, out_of_scope: 0, released: 0 },
      memberships: 3,
      unresolved: 1,
      lastRun: { id: 1, status: 'succeeded' },
    });
    expect(branch).toMatchObject({
      groups: { linked: 1 },
      memberships: 1,
      unresolved: 0,
      lastRun: { id: 2 },
    });
  });

  it('counts failures since the last run that read the directory, and keeps the time of the last success (F04)', async () => {
    await using fresh = await freshDatabase();
    const fail = async () => {
      const { run } = await requestRun(fresh.db, { directory: 'corp', trigger: 'schedule', mode: 'apply' });
      await failRun(fresh.db, run.id, { code: 'unreachable', message: 'no answer' });
    };
    await fail();
    await sync(fresh.db, planOf([]));
    await rowsOf(
      fresh.db,
      sql`update sync_run set finished_at = '2026-01-02T03:04:05.678Z' where status = 'succeeded'`,
    );
    await fail();
    await fail();
    await saveRun(fresh.db, planOf([]), { mode: 'plan' });
    expect(await directoryStatus(fresh.db, ['corp'])).toMatchObject([
      {
        consecutiveFailures: 2,
        lastSuccessAt: new Date('2026-01-02T03:04:05.678Z'),
        lastRun: { mode: 'plan' },
      },
    ]);
  });

  it('names each held run, and since when it is held (G86)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids(1))]));
    const removal = planOf([change(1, { kind: 'update', accessGroupId: 1, remove: ids(1) })]);
    const verdict = {
      holds: [{ change: 0, removals: ids(1), reason: 'member_removals' as const }],
      reasons: ['too many'],
    };
    const held = await sync(fresh.db, removal, { verdict });
    expect(await directoryStatus(fresh.db, ['corp'])).toMatchObject([
      {
        held: [{ run: held?.id, since: held?.finishedAt }],
        heldRuns: 1,
        oldestHeldAt: held?.finishedAt,
        consecutiveFailures: 0,
        memberships: 1,
      },
    ]);
  });
});

describe('directoryState', () => {
  it('is undefined before the first complete read, and then what that read saved', async () => {
    await using fresh = await freshDatabase();
    await sync(fresh.db, planOf([]), { whole: false });
    expect(await directoryState(fresh.db, 'corp')).toBeUndefined();
    await sync(fresh.db, planOf([]));
    const state = await directoryState(fresh.db, 'corp');
    expect(state).toMatchObject({ marker: undefined, lastCompleteAt: expect.any(Date) });
    expect(state?.lastCompleteAt).toBeInstanceOf(Date);
  });
});

describe('openDatabase', () => {
  it('names host and database but no password when the server does not answer', async () => {
    const url = 'postgres://rollcall:hunter2@127.0.0.1:1/rollcall?password=hunter3';
    const opening = openDatabase({ url, poolSize: 2 });
    await expect(opening).rejects.toBeInstanceOf(UnavailableError);
    await expect(opening).rejects.toThrow(/PostgreSQL at 127\.0\.0\.1:1\/rollcall does not answer/);
    await expect(opening).rejects.not.toThrow(/hunter/);
  });

  it('recovers when its connections were closed', async () => {
    await using fresh = await freshDatabase();
    const cut = sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()`;
    await expect(rowsOf(fresh.db, cut)).rejects.toThrow();
    await expect
      .poll(() =>
        pingDatabase(fresh.db).then(
          () => 'answers',
          () => 'silent',
        ),
      )
      .toBe('answers');
  });
});
