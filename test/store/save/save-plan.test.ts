/** What savePlan writes, and how cutBatches divides the changes. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../../src/errors.ts';
import { directoryState } from '../../../src/store/current/directory-state.ts';
import { completeRun } from '../../../src/store/runs/finish.ts';
import { claimRun } from '../../../src/store/runs/lease.ts';
import { getRun, requestRun } from '../../../src/store/runs/request.ts';
import { cutBatches } from '../../../src/store/save/changes.ts';
import { savePlan } from '../../../src/store/save/save-plan.ts';
import {
  change,
  creation,
  fingerprint,
  ids,
  membersByGroup,
  NO_HOLDS,
  planOf,
  READ_WITH,
  rowsOf,
  saveRun,
  seed,
  sync,
  uuid,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const RUNS = ['sync_run', 'sync_run_id_seq', 'run_total', 'directory_state'];

describe('savePlan', () => {
  it('writes only the run and the state of the directory for an empty plan', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    await sync(fresh.db, planOf([creation(1, ids(1, 2, 3))]));
    const before = await fingerprint(fresh.db, RUNS);
    expect(await saveRun(fresh.db, planOf([]), { marker: 'moved' })).toEqual({ id: 2, batches: [] });
    expect(await completeRun(fresh.db, 2)).toMatchObject({ status: 'succeeded' });
    expect(await fingerprint(fresh.db, RUNS)).toEqual(before);
    expect(await directoryState(fresh.db, 'corp')).toMatchObject({ marker: 'moved' });
  });

  it('creates users and teams, and replaces their numbers in the plan by their ids', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    const newUsers = ['zoe', 'ann'].map((username, at) => {
      return {
        externalId: uuid(70 + at),
        dn: `uid=${username}`,
        username,
        email: `${username}@x.test`,
        fullName: username,
      };
    });
    await sync(
      fresh.db,
      planOf([creation(1, ids(-2, -1, 2), { team: 'green' })], { newUsers, newTeams: ['green'] }),
    );
    const users = sql`select id, username, email from auth_user where id > 2 order by id`;
    expect(await rowsOf(fresh.db, users)).toEqual([
      { id: 3, username: 'zoe', email: 'zoe@x.test' },
      { id: 4, username: 'ann', email: 'ann@x.test' },
    ]);
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [2, 3, 4] });
    expect(
      await rowsOf(fresh.db, sql`select user_id, matched_by, dn from directory_user order by user_id`),
    ).toEqual([
      { user_id: 3, matched_by: 'created', dn: 'uid=zoe' },
      { user_id: 4, matched_by: 'created', dn: 'uid=ann' },
    ]);
  });

  it('skips a new user whose username was taken in the meantime', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    const newUsers = [{ externalId: uuid(70), dn: 'uid=user2', username: 'user2', email: '', fullName: '' }];
    await sync(fresh.db, planOf([creation(1, ids(-1, 1))], { newUsers }));
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1] });
    expect(await rowsOf(fresh.db, sql`select from directory_user`)).toHaveLength(0);
  });

  it('saves addresses that are too long and names with characters that no column can hold', async () => {
    await using fresh = await freshDatabase();
    const newUsers = [
      {
        externalId: uuid(70),
        dn: 'uid=a\0b',
        username: 'a',
        email: `${'x'.repeat(300)}@x`,
        fullName: 'é'.repeat(300),
      },
    ];
    await sync(fresh.db, planOf([], { newUsers }));
    const rows = sql`select u.email, char_length(u.full_name) as length, d.dn from auth_user u join directory_user d on d.user_id = u.id`;
    expect(await rowsOf(fresh.db, rows)).toEqual([{ email: '', length: 255, dn: 'uid=a\uFFFDb' }]);
  });

  it('saves links and updates their DN; an unchanged link keeps its row', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    const link = (userId: number, dn: string) => ({
      externalId: uuid(userId),
      userId,
      dn,
      username: undefined,
      matchedBy: 'username' as const,
    });
    await sync(
      fresh.db,
      planOf([], { links: [link(1, 'uid=a'), link(2, 'uid=b'), link(99, 'uid=deleted')] }),
    );
    await sync(fresh.db, planOf([], { links: [link(1, 'uid=a'), link(2, 'uid=moved')] }));
    expect(
      await rowsOf(
        fresh.db,
        sql`select user_id, dn, run_id::int as run from directory_user order by user_id`,
      ),
    ).toEqual([
      { user_id: 1, dn: 'uid=a', run: 1 },
      { user_id: 2, dn: 'uid=moved', run: 2 },
    ]);
  });

  it('saves the states of groups and since when they are missing, and deletes those that never had an AccessGroup', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids(1)), change(2, { kind: 'conflict' })]));
    const [linked] = planOf([creation(1, ids(1))]).states;
    if (linked === undefined) throw new Error('no state');
    const missing = { ...linked, state: 'missing', reason: 'not_found', missedReads: 1 } as const;
    await sync(fresh.db, planOf([], { states: [missing], forgotten: [uuid(2), uuid(1)] }));
    const groups = sql`select external_id as id, state, reason, missed_reads as missed, missing_since is not null as since from directory_group`;
    expect(await rowsOf(fresh.db, groups)).toEqual([
      { id: uuid(1), state: 'missing', reason: 'not_found', missed: 1, since: true },
    ]);
    await sync(fresh.db, planOf([], { states: [linked] }));
    expect(await rowsOf(fresh.db, groups)).toEqual([
      { id: uuid(1), state: 'linked', reason: null, missed: 0, since: false },
    ]);
  });

  it('saves the unresolved members of known groups until they are resolved', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    const unresolvedMember = (member: string, reason: string, group = 1) => ({
      groupExternalId: uuid(group),
      member,
      reason,
    });
    const long = `cn=${'x'.repeat(5_000)}`;
    const appeared = [
      unresolvedMember('cn=ghost', 'no_local_user'),
      unresolvedMember(long, 'dangling_dn'),
      unresolvedMember('cn=a', 'dangling_dn', 9),
    ];
    await sync(fresh.db, planOf([creation(1, ids(1))], { unresolved: { appeared, resolved: [] } }));
    const unresolved = sql`select member, reason from unresolved_member order by id`;
    expect(await rowsOf(fresh.db, unresolved)).toEqual([
      { member: 'cn=ghost', reason: 'no_local_user' },
      { member: long, reason: 'dangling_dn' },
    ]);
    const resolved = [unresolvedMember(long, 'dangling_dn'), unresolvedMember('cn=ghost', 'no_local_user')];
    const changed = { appeared: [unresolvedMember('cn=ghost', 'ambiguous_user')], resolved };
    await sync(fresh.db, planOf([], { unresolved: changed }));
    expect(await rowsOf(fresh.db, unresolved)).toEqual([{ member: 'cn=ghost', reason: 'ambiguous_user' }]);
  });

  it('writes only the rows of a dry run, which has then succeeded', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    const before = await fingerprint(fresh.db, ['sync_run', 'sync_run_id_seq', 'sync_run_group']);
    const newUsers = [{ externalId: uuid(70), dn: 'uid=zoe', username: 'zoe', email: '', fullName: '' }];
    const plan = planOf([creation(1, ids(-1, 1), { team: 'green' })], { newUsers, newTeams: ['green'] });
    expect(await saveRun(fresh.db, plan, { mode: 'plan' })).toEqual({ id: 1, batches: [] });
    expect(await fingerprint(fresh.db, ['sync_run', 'sync_run_id_seq', 'sync_run_group'])).toEqual(before);
    expect(await getRun(fresh.db, 1)).toMatchObject({ status: 'succeeded', mode: 'plan' });
    expect(await rowsOf(fresh.db, sql`select outcome, to_add from sync_run_group`)).toEqual([
      { outcome: 'planned', to_add: [-1, 1] },
    ]);
  });

  it('closes the held runs of the directory only if it was read completely', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids(1))]));
    const removal = change(1, { kind: 'update', accessGroupId: 1, remove: ids(1) });
    const verdict = {
      holds: [{ change: 0, removals: ids(1), reason: 'member_removals' as const }],
      reasons: ['too many'],
    };
    expect(await sync(fresh.db, planOf([removal]), { verdict })).toMatchObject({ id: 2, status: 'held' });
    await sync(fresh.db, planOf([]), { whole: false });
    expect(await getRun(fresh.db, 2)).toMatchObject({ status: 'held' });
    await sync(fresh.db, planOf([], { directory: 'branch' }));
    expect(await getRun(fresh.db, 2)).toMatchObject({ status: 'held' });
    await sync(fresh.db, planOf([]));
    expect(await getRun(fresh.db, 2)).toMatchObject({ status: 'superseded' });
  });

  it('writes nothing for an owner that has lost the run (F77)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    const { run } = await requestRun(fresh.db, { directory: 'corp', trigger: 'manual', mode: 'apply' });
    await claimRun(fresh.db, run.id, { owner: 'other', leaseMs: 60_000 });
    const before = await fingerprint(fresh.db);
    const state = { marker: undefined, ...READ_WITH };
    const saving = savePlan(fresh.db, {
      run: run.id,
      owner: 'test',
      plan: planOf([creation(1, ids(1))]),
      verdict: NO_HOLDS,
      mode: 'apply',
      whole: true,
      state,
      counts: {},
    });
    await expect(saving).rejects.toBeInstanceOf(NotFoundError);
    expect(await fingerprint(fresh.db)).toEqual(before);
  });
});

describe('cutBatches', () => {
  const members = (size: number) => Int32Array.from({ length: size }, (_, at) => at + 1);

  it('keeps the order, fills batches up to their limits and gives a large group its own', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12_000 }), { maxLength: 40 }), sizes => {
        const batches = cutBatches(sizes.map((size, at) => creation(at, members(size))));
        const byBatch = Map.groupBy(batches.keys(), at => batches[at] ?? -1);
        expect(batches).toEqual([...batches].sort((one, other) => Number(one) - Number(other)));
        expect([...byBatch.keys()]).toEqual(Array.from({ length: byBatch.size }, (_, at) => at));
        for (const positions of byBatch.values()) {
          const weight = [...positions].reduce((sum, at) => sum + (sizes[at] ?? 0), 0);
          expect(positions.length === 1 || weight <= 10_000).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('puts at most 250 groups into a batch, and none that is only recorded', () => {
    const many = Array.from({ length: 600 }, (_, at) => creation(at, ids()));
    const batches = cutBatches([change(1, { kind: 'missing' }), ...many, change(2, { kind: 'unknown' })]);
    expect(batches[0]).toBeNull();
    expect(batches.at(-1)).toBeNull();
    expect(batches.filter(batch => batch === 0)).toHaveLength(250);
    expect(batches.filter(batch => batch === 2)).toHaveLength(100);
  });
});
