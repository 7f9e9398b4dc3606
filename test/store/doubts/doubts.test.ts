/** Members in doubt: the list, the decisions of administrators, and the end of a doubt. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { DoubtDecisionRequest, DoubtKind, MembershipDoubt } from '../../../src/model/doubt.ts';
import type { Hold } from '../../../src/model/plan.ts';
import { directoryState } from '../../../src/store/current/directory-state.ts';
import { loadDoubts } from '../../../src/store/current/known-references.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { countDoubts, oldestDoubts } from '../../../src/store/doubts/count.ts';
import { decideDoubts } from '../../../src/store/doubts/decide.ts';
import { listDoubts } from '../../../src/store/doubts/list.ts';
import { freezeGroup } from '../../../src/store/ownership/freeze.ts';
import { releaseGroup } from '../../../src/store/ownership/release.ts';
import { listRuns, runGroups } from '../../../src/store/runs/request.ts';
import {
  change,
  creation,
  ids,
  membersByGroup,
  planOf,
  rowsOf,
  seed,
  sync,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

function doubt(accessGroupId: number, userId: number, kind: DoubtKind = 'entry_absent'): MembershipDoubt {
  return { accessGroupId, userId, kind, keys: [`dn:cn=${kind}`], dns: [`cn=${kind},dc=test`] };
}

const DOUBTS = [doubt(1, 1), doubt(1, 2, 'unreadable'), doubt(2, 1, 'unreadable')];

/** Groups 1 and 2 with users 1 to 3, and doubts about them. */
async function doubted(db: Database, doubts = DOUBTS): Promise<void> {
  await seed(db, 3);
  await sync(db, planOf([creation(1, ids(1, 2, 3)), creation(2, ids(1, 2, 3))]));
  await sync(db, planOf([], { doubts, judged: [1, 2] }), { marker: 'seen' });
}

const decision = (more: Partial<DoubtDecisionRequest> = {}): DoubtDecisionRequest => ({
  accessGroupId: 1,
  usernames: ['user1'],
  decision: 'remove',
  by: 'ada',
  reason: 'she left',
  ...more,
});

const removal = change(1, {
  kind: 'update',
  accessGroupId: 1,
  desired: ids(2, 3),
  remove: ids(1),
  facts: { decided: [1] },
});

const names = async (db: Database, wish = {}) =>
  (await listDoubts(db, { limit: 10, ...wish })).items.map(({ group, username }) => `${group} ${username}`);

describe('a run', () => {
  it('records a doubt when it begins or changes, and not again in every run', async () => {
    await using place = await freshDatabase();
    await doubted(place.db);
    const noted = (kept: Int32Array, reason: DoubtKind) =>
      change(1, { kind: 'doubt', accessGroupId: 1, desired: ids(), kept, reason });
    const kinds = async (run: number) =>
      (await runGroups(place.db, run)).map(({ kind, kept, reason }) => [kind, kept, reason]);
    const plan = planOf([noted(ids(1), 'entry_absent'), noted(ids(2), 'unreadable')], {
      states: [],
      judged: [1, 2],
      doubts: [...DOUBTS, doubt(1, 3, 'unreadable')],
    });
    await sync(place.db, { ...plan, changes: [noted(ids(2, 3), 'unreadable')] });
    expect(await kinds(3)).toEqual([['doubt', 2, 'unreadable']]);
    await sync(place.db, plan);
    expect(await kinds(4)).toEqual([]);
  });
});

describe('the list of doubts', () => {
  it('shows the member, group, kind, start and basis of each doubt', async () => {
    await using place = await freshDatabase();
    await doubted(place.db);
    const [first] = (await listDoubts(place.db, { limit: 1 })).items;
    expect(first).toEqual({
      directory: 'corp',
      accessGroupId: 1,
      team: 'red',
      group: 'group1',
      username: 'user1',
      kind: 'entry_absent',
      dns: ['cn=entry_absent,dc=test'],
      since: expect.any(Date),
      runId: 2,
      decision: null,
      decidedBy: null,
      decidedReason: null,
      decidedAt: null,
    });
  });

  it('is paged by team, group and user, and can be limited to one kind or directory', async () => {
    await using place = await freshDatabase();
    await doubted(place.db);
    const first = await listDoubts(place.db, { limit: 2 });
    expect(first.next).toEqual(['red', 'group1', 'user2']);
    expect(await names(place.db, { after: first.next })).toEqual(['group2 user1']);
    expect(await names(place.db, { kind: 'unreadable' })).toEqual(['group1 user2', 'group2 user1']);
    expect(await names(place.db, { directories: ['other'] })).toEqual([]);
    expect(await names(place.db, { directories: ['other', 'corp'] })).toHaveLength(3);
  });

  it('leaves out former members and released groups', async () => {
    await using place = await freshDatabase();
    await doubted(place.db);
    await rowsOf(place.db, sql`delete from auth_user where id = 2`);
    await releaseGroup(place.db, 2, { by: 'ada', reason: 'hers', empty: false });
    expect(await names(place.db)).toEqual(['group1 user1']);
    expect(await rowsOf(place.db, sql`select from membership_doubt`)).toHaveLength(1);
  });
});

describe('the count of doubts', () => {
  it('counts by kind, and gives the start of the oldest doubt without a decision', async () => {
    await using place = await freshDatabase();
    await doubted(place.db);
    await rowsOf(
      place.db,
      sql`
        update membership_doubt set since = case when access_group_id = 2 then timestamptz '2026-01-01T00:00Z'
          else timestamptz '2026-02-01T00:00Z' end`,
    );
    const em = place.db.orm.em.fork();
    const counts = { total: 3, byKind: { entry_absent: 1, unreadable: 2 } };
    expect(await countDoubts(em, 'corp')).toEqual({
      ...counts,
      undecided: 3,
      oldestSince: new Date('2026-01-01T00:00Z'),
    });
    await decideDoubts(place.db, decision({ accessGroupId: 2, decision: 'keep' }));
    expect(await countDoubts(em, 'corp')).toEqual({
      ...counts,
      undecided: 2,
      oldestSince: new Date('2026-02-01T00:00Z'),
    });
    const shown = (await oldestDoubts(em, 'corp', 2)).map(each => each.accessGroupId);
    expect(shown).toEqual([1, 1]);
    expect(await countDoubts(em, 'other')).toEqual({
      total: 0,
      undecided: 0,
      oldestSince: undefined,
      byKind: {},
    });
  });
});

describe('a decision', () => {
  it('to remove queues a full run with user and reason, and makes the next schedule read', async () => {
    await using place = await freshDatabase();
    await doubted(place.db);
    expect(await directoryState(place.db, 'corp')).toMatchObject({ marker: 'seen' });
    const run = await decideDoubts(place.db, decision({ usernames: ['user1', 'user2'] }));
    expect(run).toMatchObject({
      directory: 'corp',
      trigger: 'manual',
      status: 'queued',
      group: undefined,
      requestedBy: 'ada',
      decision: { by: 'ada', reason: 'she left' },
    });
    expect(await directoryState(place.db, 'corp')).toMatchObject({ marker: undefined });
    const decided = (await loadDoubts(place.db.orm.em.fork(), 'corp')).map(each => each.decision);
    expect(decided).toEqual(['remove', 'remove', undefined]);
    const again = await decideDoubts(place.db, decision({ accessGroupId: 2, reason: 'from here, too' }));
    expect(again).toMatchObject({ id: run?.id, decision: { reason: 'she left; from here, too' } });
  });

  it('to keep queues nothing and can be changed', async () => {
    await using place = await freshDatabase();
    await doubted(place.db);
    expect(await decideDoubts(place.db, decision({ decision: 'keep' }))).toBeUndefined();
    expect(await listRuns(place.db, { limit: 9 })).toHaveLength(2);
    expect((await listDoubts(place.db, { limit: 1 })).items).toEqual([
      expect.objectContaining({ decision: 'keep', decidedBy: 'ada', decidedReason: 'she left' }),
    ]);
    expect(await decideDoubts(place.db, decision())).toMatchObject({ status: 'queued' });
  });

  it('applies to all named members or to none, and is refused the second time', async () => {
    await using place = await freshDatabase();
    await doubted(place.db);
    const named = { usernames: ['user1', 'user3', 'nobody'] };
    await expect(decideDoubts(place.db, decision(named))).rejects.toMatchObject({
      code: 'unknown_doubt',
      message: expect.stringContaining('red/group1 named user3, nobody'),
    });
    await expect(decideDoubts(place.db, decision({ accessGroupId: 9 }))).rejects.toMatchObject({
      code: 'unknown_group',
    });
    await decideDoubts(place.db, decision());
    await expect(decideDoubts(place.db, decision())).rejects.toMatchObject({ code: 'already_decided' });
    const decided = (await loadDoubts(place.db.orm.em.fork(), 'corp')).map(each => each.decision);
    expect(decided).toEqual(['remove', undefined, undefined]);
  });

  it('to remove is refused for a frozen group, because no run would apply it', async () => {
    await using place = await freshDatabase();
    await doubted(place.db);
    await freezeGroup(place.db, 1, { by: 'ada', reason: 'an incident' });
    await expect(decideDoubts(place.db, decision())).rejects.toMatchObject({ code: 'frozen_group' });
    await decideDoubts(place.db, decision({ decision: 'keep' }));
  });

  it('appears in the audit of the removal, and ends with it', async () => {
    await using place = await freshDatabase();
    await doubted(place.db);
    await decideDoubts(place.db, decision());
    await sync(place.db, planOf([removal], { judged: [1, 2], doubts: DOUBTS.slice(1) }));
    expect(await membersByGroup(place.db)).toMatchObject({ group1: [2, 3] });
    const removed = await rowsOf(
      place.db,
      sql`select username, actor, reason, run_id is not null as run from membership_change where action = 'remove'`,
    );
    expect(removed).toEqual([{ username: 'user1', actor: 'ada', reason: 'decided', run: true }]);
    expect(await names(place.db)).toEqual(['group1 user2', 'group2 user1']);
  });

  it('is kept while the guard holds the removal, so that an approval is enough', async () => {
    await using place = await freshDatabase();
    await doubted(place.db);
    await decideDoubts(place.db, decision());
    const hold: Hold = { change: 0, removals: ids(1), reason: 'member_removals' };
    const plan = planOf([removal], { judged: [1, 2], doubts: DOUBTS.slice(1) });
    expect(await sync(place.db, plan, { verdict: { holds: [hold], reasons: ['too many'] } })).toMatchObject({
      status: 'held',
    });
    expect(await membersByGroup(place.db)).toMatchObject({ group1: [1, 2, 3] });
    const [kept] = await loadDoubts(place.db.orm.em.fork(), 'corp');
    expect(kept).toMatchObject({ ...doubt(1, 1), decision: 'remove' });
  });

  it('is deleted when the doubt gets a new basis', async () => {
    await using place = await freshDatabase();
    await doubted(place.db);
    await decideDoubts(place.db, decision({ decision: 'keep' }));
    await sync(place.db, planOf([], { judged: [1], doubts: [doubt(1, 1, 'ambiguous_user')] }));
    const [other] = await loadDoubts(place.db.orm.em.fork(), 'corp');
    expect(other).toMatchObject({ kind: 'ambiguous_user', decision: undefined });
  });
});
