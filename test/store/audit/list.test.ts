/** The audit as it is listed and exported. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { AuditEntry, AuditFilter, AuditKey } from '../../../src/model/audit.ts';
import { listAudit, streamAudit } from '../../../src/store/audit/list.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { markActor, markSync } from '../../../src/store/database/session-variables.ts';
import { moment } from '../../support/given/audit.ts';
import { change, creation, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const short = ({ action, group, username }: AuditEntry) =>
  [action, group, username].filter(Boolean).join(' ');

async function entries(db: Database, filter: AuditFilter): Promise<AuditEntry[]> {
  const all: AuditEntry[] = [];
  for await (const entry of streamAudit(db, filter)) all.push(entry);
  return all;
}

/** group1 and group2 with three users; user1 leaves group1. */
async function someHistory(db: Database): Promise<{ first: number; second: number; between: Date }> {
  await seed(db, 3);
  const first = await sync(db, planOf([creation(1, ids(1, 2)), creation(2, ids(1, 3))]));
  const between = await moment(db);
  const second = await sync(db, planOf([change(1, { kind: 'update', accessGroupId: 1, desired: ids(2) })]));
  return { first: first?.id ?? 0, second: second?.id ?? 0, between };
}

describe('the audit', () => {
  it('comes newest first, with names, run and reason; members and groups in one order of time', async () => {
    await using fresh = await freshDatabase();
    const { second } = await someHistory(fresh.db);
    await rowsOf(
      fresh.db,
      sql`
        insert into access_group_change
          (actor, action, access_group_id, group_name, previous_name, team_slug, directory, reason)
        values ('ops', 'rename', 1, 'group1', 'before', 'red', 'corp', 'it was asked for')`,
    );
    const { items } = await listAudit(fresh.db, { limit: 2 });
    expect(items).toMatchObject([
      {
        kind: 'group',
        action: 'rename',
        actor: 'ops',
        group: 'group1',
        previousName: 'before',
        username: undefined,
      },
      { kind: 'member', action: 'remove', runId: second, team: 'red', username: 'user1', directory: 'corp' },
    ]);
  });

  it('is paged without gaps and repetitions, also among entries of the same time', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await rowsOf(
      db,
      sql`
        insert into access_group_change (at, action, access_group_id, group_name, team_slug, reason)
        select timestamptz '2026-01-01' + n / 4 * interval '1 us', 'settings', n, 'g' || n, 'red', 'test'
        from generate_series(1, 10) n`,
    );
    await rowsOf(
      db,
      sql`
        insert into membership_change (at, action, access_group_id, user_id, username, group_name, team_slug, reason)
        select timestamptz '2026-01-01' + n / 3 * interval '1 us', 'add', n, n, 'u' || n, 'g' || n, 'red', 'test'
        from generate_series(1, 12) n`,
    );
    const all = (await listAudit(db, { limit: 100 })).items.map(short);
    expect(new Set(all).size).toBe(22);
    for (const limit of [1, 3, 7, 21, 22]) {
      const paged: string[] = [];
      let after: AuditKey | undefined;
      do {
        const page = await listAudit(db, { limit, after });
        paged.push(...page.items.map(short));
        after = page.next;
      } while (after !== undefined);
      expect(paged).toEqual(all);
    }
  });

  it('is filtered by user, group, run and time', async () => {
    await using fresh = await freshDatabase();
    const { first, between } = await someHistory(fresh.db);
    const found = async (filter: AuditFilter) => (await entries(fresh.db, filter)).map(short);
    expect(await found({ user: 'user1' })).toEqual([
      'remove group1 user1',
      'add group2 user1',
      'add group1 user1',
    ]);
    expect(await found({ team: 'red', group: 'group2' })).toEqual([
      'add group2 user3',
      'add group2 user1',
      'create group2',
    ]);
    expect(await found({ run: first, user: 'user2' })).toEqual(['add group1 user2']);
    expect(await found({ team: 'red', since: between })).toContain('remove group1 user1');
    expect(await found({ user: 'user1', until: between })).not.toContain('remove group1 user1');
    expect(await found({ user: 'nobody' })).toEqual([]);
    expect(await found({ team: 'blue' })).toEqual([]);
  });

  it('includes the entries from before a rename, and finds deleted users by name', async () => {
    await using fresh = await freshDatabase();
    await someHistory(fresh.db);
    await fresh.db.orm.em.fork().transactional(async em => {
      await markSync(em);
      await em.execute(`update access_group set name = 'renamed' where name = 'group2'`);
    });
    await rowsOf(fresh.db, sql`update auth_user set username = 'wed' where username = 'user3'`);
    await rowsOf(fresh.db, sql`delete from auth_user where username = 'user2'`);
    const members = async (filter: AuditFilter) =>
      (await entries(fresh.db, filter)).filter(entry => entry.kind === 'member').map(short);
    expect(await members({ team: 'red', group: 'renamed' })).toEqual([
      'add group2 user3',
      'add group2 user1',
    ]);
    expect(await members({ user: 'wed' })).toEqual(['add group2 user3']);
    expect(await members({ user: 'user2' })).toEqual(['remove group1 user2', 'add group1 user2']);
  });

  it('a deleted user leaves a row for every group that they were in (C10)', async () => {
    await using fresh = await freshDatabase();
    await someHistory(fresh.db);
    await rowsOf(fresh.db, sql`delete from auth_user where username = 'user2'`);
    expect((await entries(fresh.db, { user: 'user2' }))[0]).toMatchObject({
      action: 'remove',
      group: 'group1',
      reason: 'user_deleted',
      runId: undefined,
    });
  });

  it('shows that a member was removed and added again, by which run and by which user (F64)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'handmade')`);
    await fresh.db.orm.em.fork().transactional(async em => {
      await markActor(em, 'ops');
      await em.execute('insert into access_group_members (access_group_id, user_id) values (1, 1)');
    });
    await sync(fresh.db, planOf([creation(2, ids(1))]));
    const update = (...members: number[]) =>
      planOf([change(2, { kind: 'update', accessGroupId: 2, desired: ids(...members) })]);
    const out = await sync(fresh.db, update());
    const back = await sync(fresh.db, update(1));
    const shown = await entries(fresh.db, { user: 'user1' });
    expect(shown.map(({ action, group, runId, actor }) => [action, group, runId ?? actor])).toEqual([
      ['add', 'group2', back?.id],
      ['remove', 'group2', out?.id],
      ['add', 'group2', expect.any(Number)],
      ['add', 'handmade', 'ops'],
    ]);
  });
});
