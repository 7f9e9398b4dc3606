/** The audit gives the memberships when it is replayed, also after concurrent batches. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database/database.ts';
import { reconcileBatch } from '../../../src/store/reconcile/reconcile-batch.ts';
import { completeRun } from '../../../src/store/runs/finish.ts';
import {
  change,
  creation,
  ids,
  membersByGroup,
  planOf,
  rowsOf,
  saveRun,
  seed,
  sync,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const PEOPLE = 8;

/** The members of each group according to the audit: all additions and removals in order. */
async function replay(db: Database): Promise<Record<string, number[]>> {
  const rows = await rowsOf(
    db,
    sql<{ action: string; group_name: string; user_id: number }>`
      select action, group_name, user_id from membership_change order by id`,
  );
  const groups = new Map<string, Set<number>>();
  for (const { action, group_name: name, user_id: user } of rows) {
    const members = groups.get(name) ?? new Set();
    groups.set(name, members);
    expect(members.has(user)).toBe(action === 'remove');
    if (action === 'add') members.add(user);
    else members.delete(user);
  }
  return Object.fromEntries([...groups].map(([name, users]) => [name, [...users].sort((a, b) => a - b)]));
}

const memberSet = fc.uniqueArray(fc.integer({ min: 1, max: PEOPLE }), { minLength: 1 });

describe('audit', () => {
  it('replayed from the start gives the memberships after any kind of change', async () => {
    const steps = fc.array(fc.tuple(memberSet, memberSet, fc.integer({ min: 1, max: PEOPLE })), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(memberSet, memberSet, steps, async (one, two, later) => {
        await using fresh = await freshDatabase();
        await seed(fresh.db, PEOPLE);
        await sync(fresh.db, planOf([creation(1, ids(...one)), creation(2, ids(...two))]));
        for (const [first, second, leaver] of later) {
          const update = (n: number, members: number[]) =>
            change(n, { kind: 'update', accessGroupId: n, desired: ids(...members) });
          await sync(fresh.db, planOf([update(1, first), update(2, second)]));
          const left = (members: number[]) => members.filter(user => user !== leaver).sort((a, b) => a - b);
          await rowsOf(fresh.db, sql`delete from auth_user where id = ${leaver}`);
          const members = await membersByGroup(fresh.db);
          const existing = await rowsOf(fresh.db, sql<{ id: number }>`select id from auth_user`);
          const alive = (user: number) => existing.some(row => row.id === user);
          expect(members).toEqual({ group1: left(first).filter(alive), group2: left(second).filter(alive) });
        }
        expect({ group1: [], group2: [], ...(await replay(fresh.db)) }).toEqual(
          await membersByGroup(fresh.db),
        );
      }),
      { numRuns: 8 },
    );
  });

  it('is complete when batches are applied concurrently', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3_000);
    const everyone = Int32Array.from({ length: 3_000 }, (_, at) => at + 1);
    const changes = Array.from({ length: 12 }, (_, at) => creation(at + 1, everyone));
    const { id, batches } = await saveRun(fresh.db, planOf(changes));
    expect(batches).toEqual([0, 1, 2, 3]);
    const done = await Promise.all(batches.map(batch => reconcileBatch(fresh.db, id, batch)));
    expect(done).toEqual(batches.map(() => ({ groups: 3, added: 9_000, removed: 0, failed: 0 })));
    const ends = await Promise.all(batches.map(() => completeRun(fresh.db, id)));
    expect(ends.filter(run => run !== undefined)).toMatchObject([{ status: 'succeeded' }]);
    const rows = sql`
      select count(*)::int as changes, count(distinct (access_group_id, user_id))::int as distinct,
        (select count(*)::int from access_group_members) as members
      from membership_change`;
    expect(await rowsOf(fresh.db, rows)).toEqual([{ changes: 36_000, distinct: 36_000, members: 36_000 }]);
  });
});
