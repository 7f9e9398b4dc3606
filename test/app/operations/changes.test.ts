/** Membership changes of a real database, as the API returns them. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../../src/app/operations/changes.ts';
import { watchHead } from '../../../src/app/operations/watch-head.ts';
import { createLog } from '../../../src/log.ts';
import type { ChangePage } from '../../../src/model/operations/changes.ts';
import { newestCursor } from '../../../src/store/audit/changes.ts';
import { tailAudit } from '../../../src/store/audit/tail.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { listen } from '../../../src/store/database/listen.ts';
import { creation, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { inbox } from '../../support/observe/inbox.ts';
import { until } from '../../support/observe/until.ts';
import { type FreshDatabase, freshDatabase } from '../../support/servers/database.ts';

const log = createLog({ level: 'silent', stream: { write: () => {} } });
const DAY_MS = 86_400_000;

function followerOf({ db }: FreshDatabase, auditMs?: number) {
  const head = watchHead({
    newest: () => newestCursor(db),
    listen: ring => listen(db, 'rollcall', ring),
    log,
  });
  const changes = changesOf({ db, head, auditMs: () => auditMs });
  const page = (after: string, more: { limit?: number; waitMs?: number; signal?: AbortSignal } = {}) =>
    changes.page({ after, limit: 200, waitMs: 0, signal: new AbortController().signal, ...more });
  return { ...changes, page, [Symbol.asyncDispose]: () => head[Symbol.asyncDispose]() };
}

async function withDesk() {
  const fresh = await freshDatabase();
  await seed(fresh.db, 5);
  await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'desk')`);
  return fresh;
}

function join(db: Database, ...users: number[]) {
  return rowsOf(
    db,
    sql`insert into access_group_members (access_group_id, user_id) select 1, unnest(${users}::int[])`,
  );
}

const usersOf = ({ items }: ChangePage) => items.map(({ userId }) => userId);

describe('changes', () => {
  it('contain what a cache needs, in pages without gaps or repetitions', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    await using follower = followerOf(fresh);
    const run = await sync(fresh.db, planOf([creation(1, ids(1, 2)), creation(2, ids(3))]));
    const first = await follower.page('start', { limit: 2, waitMs: 10_000 });
    expect(first.items[0]).toEqual({
      cursor: expect.stringMatching(/^\d+-member-\d+$/),
      at: expect.any(Date),
      action: 'add',
      groupId: 1,
      team: 'red',
      group: 'group1',
      userId: 1,
      username: 'user1',
      runId: run?.id,
      actor: undefined,
      directory: 'corp',
      reason: 'member',
    });
    const second = await follower.page(first.next, { limit: 2 });
    expect([usersOf(first), usersOf(second)]).toEqual([[1, 2], [3]]);
    expect(await follower.page(second.next)).toEqual({ items: [], next: second.next });
  });

  it('continue from a cursor of the audit, also that of a group change', async () => {
    await using fresh = await withDesk();
    await using follower = followerOf(fresh);
    await join(fresh.db, 1);
    const cursors: string[] = [];
    await until('both rows are final', async () => {
      cursors.length = 0;
      for await (const { cursor } of tailAudit(fresh.db, {}, 'start')) cursors.push(cursor);
      return cursors.length === 2;
    });
    const users = await Promise.all(cursors.map(async cursor => usersOf(await follower.page(cursor))));
    expect(users).toEqual([[1], []]);
  });

  it('after `now` are those that commit later', async () => {
    await using fresh = await withDesk();
    await using follower = followerOf(fresh);
    expect(await follower.page('now')).toEqual({ items: [], next: 'start' });
    await join(fresh.db, 1);
    await follower.page('start', { waitMs: 10_000 });
    const { next } = await follower.page('now');
    await join(fresh.db, 2);
    expect(usersOf(await follower.page(next, { waitMs: 10_000 }))).toEqual([2]);
  });

  it('end a wait when its time is over and when its client disconnects', async () => {
    await using fresh = await withDesk();
    await using follower = followerOf(fresh);
    expect(await follower.page('start', { waitMs: 1 })).toEqual({ items: [], next: 'start' });
    const left = follower.page('start', { waitMs: 60_000, signal: AbortSignal.abort() });
    expect(await left).toEqual({ items: [], next: 'start' });
  });

  it('reach every follower', async () => {
    await using fresh = await withDesk();
    await using follower = followerOf(fresh);
    const stop = new AbortController();
    const pages = inbox<number>();
    const followers = [1, 2, 3].map(async () => {
      for await (const page of follower.follow('start', stop.signal))
        for (const user of usersOf(page)) pages.put(user);
    });
    await join(fresh.db, 1, 2);
    await pages.count(6);
    await join(fresh.db, 3);
    await pages.count(9);
    stop.abort();
    await Promise.all(followers);
    expect(pages.all.toSorted((a, b) => a - b)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
  });

  it('are refused after a cursor that retention has passed, or of another server', async () => {
    await using fresh = await withDesk();
    await using follower = followerOf(fresh, 30 * DAY_MS);
    await join(fresh.db, 1, 2);
    const { items } = await follower.page('start', { waitMs: 10_000 });
    const [old = '', recent = ''] = items.map(({ cursor }) => cursor);
    await fresh.db.orm.em.fork().transactional(async em => {
      for (const statement of [
        sql`alter table membership_change disable trigger membership_change_append_only`,
        sql`update membership_change set at = now() - interval '29 days 1 hour'`,
        sql`alter table membership_change enable trigger membership_change_append_only`,
      ])
        await statement.execute(em.getKysely());
    });
    expect(usersOf(await follower.page(recent))).toEqual([]);
    const removed = recent.replace(/\d+$/, '0');
    for (const cursor of [old, removed, '9000000000000000000-member-1'])
      await expect(follower.page(cursor)).rejects.toMatchObject({ code: 'cursor_expired' });
    expect(usersOf(await follower.page(await follower.begin('now')))).toEqual([]);
    await using unlimited = followerOf(fresh);
    expect(usersOf(await unlimited.page(old))).toEqual([2]);
  });
});

describe('watchHead', () => {
  it('queries again at every notification, and without one by polling', async () => {
    const cursors = ['1-member-1'];
    const rings = inbox<() => void>();
    const closed = inbox<true>();
    const stopping = { [Symbol.asyncDispose]: async () => closed.put(true) };
    const head = watchHead({
      newest: async () => cursors.at(-1) ?? 'start',
      listen: ring => {
        rings.put(ring);
        return stopping;
      },
      log,
    });
    const { signal } = new AbortController();
    await head.moved(undefined, signal);
    const notified = head.moved(head.known(), signal);
    cursors.push('2-member-2');
    rings.all[0]?.();
    await notified;
    expect(head.known()).toBe('2-member-2');
    const polled = head.moved(head.known(), signal);
    cursors.push('3-member-3');
    await polled;
    expect(head.known()).toBe('3-member-3');
    const endless = new AbortController();
    const left = head.moved(head.known(), endless.signal);
    endless.abort();
    await left;
    await head[Symbol.asyncDispose]();
    expect([rings.all.length, closed.all.length]).toEqual([1, 1]);
  });
});
