/** The state of a group: the same word in lists, filters and sums, and never "in sync" while the directory differs. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GroupSummary } from '../../../src/model/access.ts';
import { GROUP_STATES, groupState, stateWords } from '../../../src/model/group-state.ts';
import { listGroups } from '../../../src/store/queries/groups.ts';
import { listWaiting } from '../../../src/store/runs/waiting.ts';
import { directoryStatus } from '../../../src/store/status/directory-status.ts';
import { change, creation, ids, planOf, rowsOf, seed, sync, uuid } from '../../support/given/saved-plan.ts';
import { type FreshDatabase, freshDatabase } from '../../support/servers/database.ts';

const WORD_OF_GROUP = {
  group1: 'in_sync',
  group2: 'waiting',
  group3: 'frozen',
  group4: 'not_in_directory',
  group5: 'in_doubt',
  group6: 'behind',
  group7: 'waiting',
} as const;

let fresh: FreshDatabase;
let groups: readonly GroupSummary[];

beforeAll(async () => {
  fresh = await freshDatabase();
  const { db } = fresh;
  await seed(db, 4);
  await sync(db, planOf([1, 2, 3, 4, 5, 6, 7].map(n => creation(n, ids(1, 2, 3)))));
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
      in_doubt: 1,
      behind: 1,
      frozen: 1,
      not_in_directory: 1,
    });
  });

  it('says how many removals wait', () => {
    expect(groups.map(stateWords)).toEqual([
      'in sync',
      'waiting (−2)',
      'frozen',
      'not in the directory',
      'in doubt',
      'behind',
      'waiting (−2)',
    ]);
  });

  it('is the first that applies, in the order of the list', () => {
    const none = {
      manual: false,
      frozen: false,
      waiting: false,
      not_in_directory: false,
      in_doubt: false,
      behind: false,
    };
    expect(groupState(none)).toBe('in_sync');
    expect(groupState({ ...none, waiting: true, in_doubt: true, behind: true })).toBe('waiting');
    expect(groupState({ ...none, frozen: true, not_in_directory: true })).toBe('frozen');
  });
});
