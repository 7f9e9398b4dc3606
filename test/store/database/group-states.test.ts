/** The state of a group: the same word in lists, filters and sums, and never "in sync" while the directory differs. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GroupSummary } from '../../../src/model/access.ts';
import { GROUP_STATES, groupState, stateWords } from '../../../src/model/group-state.ts';
import { listDoubts } from '../../../src/store/doubts/list.ts';
import { listConflicts } from '../../../src/store/queries/conflicts.ts';
import { listDirectoryGroups } from '../../../src/store/queries/directory-groups.ts';
import { listGroups } from '../../../src/store/queries/groups.ts';
import { getPerson } from '../../../src/store/queries/person.ts';
import { listWaiting } from '../../../src/store/runs/waiting.ts';
import { directoryStatus } from '../../../src/store/status/directory-status.ts';
import { change, creation, ids, planOf, rowsOf, seed, sync, uuid } from '../../support/given/saved-plan.ts';
import { type FreshDatabase, freshDatabase } from '../../support/servers/database.ts';

const WORD_OF_GROUP = {
  group1: 'in_sync',
  group2: 'waiting',
  group3: 'frozen',
  group4: 'missing',
  group5: 'doubt',
  group6: 'behind',
  group7: 'waiting',
  group8: 'out_of_scope',
  group9: 'conflict',
} as const;

let fresh: FreshDatabase;
let groups: readonly GroupSummary[];

beforeAll(async () => {
  fresh = await freshDatabase();
  const { db } = fresh;
  await seed(db, 4);
  await sync(db, planOf([1, 2, 3, 4, 5, 6, 7, 8, 9].map(n => creation(n, ids(1, 2, 3)))));
  const removals = [2, 7].map(n =>
    change(n, { kind: 'update', accessGroupId: n, remove: ids(1, 2), desired: ids(3) }),
  );
  const holds = removals.map((_, index) => ({
    change: index,
    removals: ids(1, 2),
    reason: 'member_removals' as const,
  }));
  await sync(db, planOf(removals), { verdict: { holds, reasons: ['too many'] } });
  const set = (n: number, what: string) =>
    rowsOf(db, sql`update directory_group set ${sql.raw(what)} where external_id = ${uuid(n)}`);
  await set(3, "frozen_at = now(), frozen_by = 'ada', frozen_reason = 'INC-1'");
  await set(4, "state = 'missing', missing_since = now()");
  await set(8, "state = 'out_of_scope', reason = 'filtered_out'");
  await set(9, "reason = 'rename_conflict'");
  await set(6, "last_error = 'the table is full'");
  await rowsOf(
    db,
    sql`
      insert into membership_doubt (access_group_id, user_id, directory, kind, keys, dns, run_id)
      values (5, 1, 'corp', 'unreadable', '{}', '{}', 1)`,
  );
  groups = (await listGroups(db, { limit: 50 })).items;
});
afterAll(() => fresh[Symbol.asyncDispose]());

describe('the state of a group', () => {
  it('is one word, which a list shows (G112)', () => {
    expect(Object.fromEntries(groups.map(({ name, state }) => [name, state]))).toEqual(WORD_OF_GROUP);
  });

  it('is not "in sync" while the directory has other members, and shows both numbers (G112)', async () => {
    const [plan] = await listWaiting(fresh.db);
    const numbers = groups.map(({ name, inDirectory, members, waiting, heldPlan }) => {
      return [name, inDirectory, members, waiting, heldPlan] as const;
    });
    expect(numbers).toEqual([
      ['group1', 3, 3, 0, null],
      ['group2', 1, 3, 2, plan?.digest],
      ['group3', null, 3, 0, null],
      ['group4', 0, 3, 0, null],
      ['group5', 2, 3, 0, null],
      ['group6', null, 3, 0, null],
      ['group7', 1, 3, 2, plan?.digest],
      ['group8', null, 3, 0, null],
      ['group9', 3, 3, 0, null],
    ]);
    for (const { state, inDirectory, members } of groups)
      if (state === 'in_sync') expect(inDirectory).toBe(members);
  });

  it('selects, as a filter, exactly the groups that are shown in it', async () => {
    for (const state of GROUP_STATES) {
      const { items } = await listGroups(fresh.db, { limit: 50, state });
      expect(items, state).toEqual(groups.filter(group => group.state === state));
    }
  });

  it('is the same word in the sums of the directory', async () => {
    const [corp] = await directoryStatus(fresh.db, ['corp']);
    expect(corp?.states).toEqual({
      in_sync: 1,
      waiting: 2,
      doubt: 1,
      behind: 1,
      frozen: 1,
      missing: 1,
      out_of_scope: 1,
      conflict: 1,
    });
  });

  it('lists a group that keeps its older name with the directory groups in conflict (G54)', async () => {
    const inConflict = [{ reason: 'rename_conflict', dn: expect.stringContaining('group9') }];
    expect((await listConflicts(fresh.db, { limit: 50 })).items).toMatchObject(inConflict);
    const { items } = await listDirectoryGroups(fresh.db, 'corp', { limit: 50, state: 'conflict' });
    expect(items).toMatchObject([{ ...inConflict[0], state: 'conflict', groupName: 'group9' }]);
  });

  it('says how many removals wait', () => {
    expect(groups.map(stateWords)).toEqual([
      'in sync',
      'waiting (−2)',
      'frozen',
      'missing',
      'doubt',
      'behind',
      'waiting (−2)',
      'out of scope',
      'conflict',
    ]);
  });

  it('is the first that applies, in the order of the list', () => {
    const none = {
      manual: false,
      frozen: false,
      waiting: false,
      missing: false,
      out_of_scope: false,
      doubt: false,
      behind: false,
      conflict: false,
    };
    expect(groupState(none)).toBe('in_sync');
    expect(groupState({ ...none, waiting: true, doubt: true, behind: true })).toBe('waiting');
    expect(groupState({ ...none, behind: true, conflict: true })).toBe('behind');
    expect(groupState({ ...none, frozen: true, missing: true })).toBe('frozen');
  });

  it('is known for one user too: the removals that wait and the doubts', async () => {
    const [plan] = await listWaiting(fresh.db);
    const held = [2, 7].map(n => ({ groupId: n, team: 'red', group: `group${n}`, plan: plan?.digest }));
    expect(await getPerson(fresh.db, 'user1')).toMatchObject({ email: 'user1@example.test', held });
    expect(await getPerson(fresh.db, 'user3')).toMatchObject({ held: [] });
    const doubtsOf = async (filter: { user?: string; group?: number }) =>
      (await listDoubts(fresh.db, { limit: 9, ...filter })).items.map(({ group, username }) => [
        group,
        username,
      ]);
    expect(await doubtsOf({ user: 'user1' })).toEqual([['group5', 'user1']]);
    expect(await doubtsOf({ group: 5 })).toEqual([['group5', 'user1']]);
    expect(await doubtsOf({ user: 'user2' })).toEqual([]);
    expect(await doubtsOf({ group: 1 })).toEqual([]);
  });
});
