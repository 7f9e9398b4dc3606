/** The audit of groups, by syncs and by users. */
import { type RawBuilder, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database/database.ts';
import { markActor } from '../../../src/store/database/session-variables.ts';
import { query } from '../../../src/store/database/sql.ts';
import { change, creation, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const EVENTS = sql`
  select run_id::int as run, actor, action, group_name as name, previous_name as previous, team_slug as team, directory,
    reason
  from access_group_change order by id`;
const MEMBERS = sql`
  select actor, action, username, group_name as name, reason from membership_change where run_id is null order by id`;

function as(db: Database, actor: string, ...statements: RawBuilder<unknown>[]): Promise<void> {
  return db.orm.em.fork().transactional(async em => {
    await markActor(em, actor);
    for (const statement of statements) await query(em, statement);
  });
}

const bySync = { actor: null, previous: null, team: 'red', directory: 'corp' };
const byPerson = { run: null, actor: 'ines', previous: null, team: 'red', directory: null };

describe('the audit of groups', () => {
  it('names the run that created, changed and deleted a group, and what it set', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids(1), { setProjects: ['p1', 'p2'] })]));
    const enforce = { kind: 'update', accessGroupId: 1, setType: 100, setProjects: ['p2', 'p3'] } as const;
    await sync(fresh.db, planOf([change(1, { ...enforce, desired: ids(1) })]));
    const retire = { kind: 'retire', accessGroupId: 1, deleteGroup: true, reason: 'not_found' } as const;
    await sync(fresh.db, planOf([change(1, { ...retire, remove: ids(1) })]));
    expect(await rowsOf(fresh.db, EVENTS)).toEqual([
      { ...bySync, run: 1, action: 'create', name: 'group1', reason: 'mapped' },
      { ...bySync, run: 1, action: 'settings', name: 'group1', reason: 'projects +p1 +p2' },
      { ...bySync, run: 2, action: 'settings', name: 'group1', reason: 'projects -p1 +p3' },
      { ...bySync, run: 2, action: 'settings', name: 'group1', reason: 'type 50 to 100' },
      { ...bySync, run: 3, action: 'delete', name: 'group1', reason: 'group_not_found' },
    ]);
  });

  it('a rename is one event, even if two groups swap names through placeholders (A16, F37, F38)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids(1)), creation(2, ids(1))]));
    const rename = (n: number, previousName: string, name: string) =>
      change(n, { kind: 'rename', accessGroupId: n, previousName, name, desired: ids(1) });
    await sync(fresh.db, planOf([rename(1, 'group1', 'group2'), rename(2, 'group2', 'group1')]));
    const renames = (await rowsOf(fresh.db, EVENTS)).slice(2);
    expect(renames).toEqual([
      { ...bySync, run: 2, action: 'rename', name: 'group2', previous: 'group1', reason: 'mapped' },
      { ...bySync, run: 2, action: 'rename', name: 'group1', previous: 'group2', reason: 'mapped' },
    ]);
  });

  it('names the user who creates, renames, changes, fills and deletes a manual group', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await as(
      fresh.db,
      'ines',
      sql`insert into access_group (team_id, name) values (1, 'desk')`,
      sql`update access_group set name = 'storm desk', type = 0`,
      sql`insert into access_group_projects (access_group_id, project_id) values (1, 1), (1, 2)`,
      sql`delete from access_group_projects where project_id = 1`,
      sql`insert into access_group_members (access_group_id, user_id) values (1, 1), (1, 2)`,
      sql`delete from access_group_members where user_id = 2`,
      sql`delete from access_group`,
    );
    expect(await rowsOf(fresh.db, EVENTS)).toEqual([
      { ...byPerson, action: 'create', name: 'desk', reason: 'manual' },
      { ...byPerson, action: 'rename', name: 'storm desk', previous: 'desk', reason: 'manual' },
      { ...byPerson, action: 'settings', name: 'storm desk', reason: 'type 50 to 0' },
      { ...byPerson, action: 'settings', name: 'storm desk', reason: 'projects +p1 +p2' },
      { ...byPerson, action: 'settings', name: 'storm desk', reason: 'projects -p1' },
      { ...byPerson, action: 'delete', name: 'storm desk', reason: 'manual' },
    ]);
    const member = { actor: 'ines', name: 'storm desk', reason: 'manual' };
    expect(await rowsOf(fresh.db, MEMBERS)).toEqual([
      { ...member, action: 'add', username: 'user1' },
      { ...member, action: 'add', username: 'user2' },
      { ...member, action: 'remove', username: 'user2' },
      { ...member, action: 'remove', username: 'user1', reason: 'group_deleted' },
    ]);
  });

  it('names the role of the connection if the transaction names no user', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    const [session] = await rowsOf(fresh.db, sql<{ role: string }>`select session_user::text as role`);
    await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'desk')`);
    await rowsOf(fresh.db, sql`insert into access_group_members (access_group_id, user_id) values (1, 1)`);
    expect(await rowsOf(fresh.db, EVENTS)).toMatchObject([{ actor: session?.role, action: 'create' }]);
    expect(await rowsOf(fresh.db, MEMBERS)).toMatchObject([{ actor: session?.role, action: 'add' }]);
  });

  it('names the directory of a managed group that a user changes, and records the deletion of a team', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids(1))]));
    await as(fresh.db, 'ines', sql`update access_group set type = 0`, sql`delete from team`);
    expect((await rowsOf(fresh.db, EVENTS)).slice(1)).toEqual([
      { ...byPerson, directory: 'corp', action: 'settings', name: 'group1', reason: 'type 50 to 0' },
      { ...byPerson, directory: 'corp', action: 'delete', name: 'group1', reason: 'team_deleted' },
    ]);
  });
});
