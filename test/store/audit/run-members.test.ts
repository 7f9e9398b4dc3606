/** The changes of one run by group and member. */
import { describe, expect, it } from 'vitest';
import type { RunMember, RunMemberKey } from '../../../src/model/audit.ts';
import { runMembers } from '../../../src/store/audit/run-members.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { runChanges } from '../../../src/store/runs/request.ts';
import { change, creation, ids, planOf, saveRun, seed, sync } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const short = ({ group, action, username, held }: RunMember) =>
  `${group} ${action} ${username}${held ? ' held' : ''}`;

async function all(db: Database, run: number, limit: number, search?: string): Promise<string[]> {
  const found: string[] = [];
  let after: RunMemberKey | undefined;
  do {
    const page = await runMembers(db, run, { limit, after, search });
    found.push(...page.items.map(short));
    after = page.next;
  } while (after !== undefined);
  return found;
}

/** Run 1 creates two groups. Run 2 changes both and holds the removal of user1 from the second. */
async function twoRuns(db: Database): Promise<number> {
  await seed(db, 4);
  await sync(db, planOf([creation(1, ids(1, 2)), creation(2, ids(1, 2))]));
  const update = (n: number, desired: Int32Array, remove: Int32Array) =>
    change(n, { kind: 'update', accessGroupId: n, desired, add: ids(3), remove });
  const plan = planOf([update(1, ids(2, 3), ids(1)), update(2, ids(2, 3), ids(1))]);
  const holds = [{ change: 1, removals: ids(1), reason: 'member_removals' as const }];
  const run = await sync(db, plan, { verdict: { holds, reasons: ['too many'] } });
  return run?.id ?? 0;
}

describe('the members of a run', () => {
  it('are those that it added and removed and whose removal it holds, with any page size', async () => {
    await using fresh = await freshDatabase();
    const run = await twoRuns(fresh.db);
    const expected = [
      'group1 remove user1',
      'group1 add user3',
      'group2 add user3',
      'group2 remove user1 held',
    ];
    for (const limit of [1, 2, 3, 4, 5]) expect(await all(fresh.db, run, limit)).toEqual(expected);
    const { items } = await runMembers(fresh.db, run, { limit: 10 });
    expect(items[0]).toEqual({
      accessGroupId: expect.any(Number),
      at: expect.any(Date),
      action: 'remove',
      team: 'red',
      group: 'group1',
      username: 'user1',
      reason: 'not_member',
      held: false,
    });
  });

  it('of a dry run are those that it would change', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    const { id } = await saveRun(fresh.db, planOf([creation(1, ids(2, 3))]), { mode: 'plan' });
    expect(await all(fresh.db, id, 1, 'group1')).toEqual(['group1 add user2', 'group1 add user3']);
    expect(await runMembers(fresh.db, id, { limit: 10 })).toMatchObject({
      items: [
        { at: undefined, action: 'add', username: 'user2', reason: 'planned' },
        { at: undefined, action: 'add', username: 'user3', reason: 'planned' },
      ],
      next: undefined,
    });
  });

  it("are found by a part of the username or of the group's name", async () => {
    await using fresh = await freshDatabase();
    const run = await twoRuns(fresh.db);
    expect(await all(fresh.db, run, 1, 'USER1')).toEqual(['group1 remove user1', 'group2 remove user1 held']);
    expect(await all(fresh.db, run, 1, 'red/group2')).toEqual([
      'group2 add user3',
      'group2 remove user1 held',
    ]);
    expect(await all(fresh.db, run, 1, 'nobody')).toEqual([]);
    const { items } = await runMembers(fresh.db, run, { limit: 10, held: true });
    expect(items.map(short)).toEqual(['group2 remove user1 held']);
  });
});

describe('the changes of a run', () => {
  it('are paged in the order of the plan and found by old and new names', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([1, 2, 3].map(n => creation(n, ids()))));
    const renamed = change(2, { kind: 'rename', accessGroupId: 2, name: 'other', previousName: 'group2' });
    const { id } = await saveRun(fresh.db, planOf([creation(5, ids()), renamed, creation(6, ids())]));
    const names = async (wish: { limit: number; after?: readonly [number]; search?: string }) => {
      const { items, next } = await runChanges(fresh.db, id, wish);
      return [items.map(item => item.name), next] as const;
    };
    expect(await names({ limit: 2 })).toEqual([['group5', 'other'], [1]]);
    expect(await names({ limit: 2, after: [1] })).toEqual([['group6'], undefined]);
    expect(await names({ limit: 2, search: 'red/GROUP2' })).toEqual([['other'], undefined]);
    expect(await names({ limit: 2, search: 'oth' })).toEqual([['other'], undefined]);
    expect(await names({ limit: 2, search: 'x' })).toEqual([[], undefined]);
  });
});
