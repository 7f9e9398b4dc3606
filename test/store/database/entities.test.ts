/** What the entities can express about the schema, and what only the migrations can. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database/database.ts';
import { AccessGroup, AuthUser, Team } from '../../../src/store/entities/access.ts';
import { rowsOf, seed } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

/** Objects that MikroORM would drop because no entity can express them, by reason. */
const ONLY_IN_MIGRATIONS = {
  'the table of applied migrations': ['table schema_migration'],
  'a view, which is read with SQL only': ['view access_effective', 'view access_grant'],
  'a foreign key that refers to other columns than the primary key': [
    'constraint directory_group_access_group_foreign',
  ],
  'an index of an expression: MikroORM compares its name only': [
    'index access_group_words_index',
    'index auth_user_email_index',
    'index auth_user_username_index',
    'index auth_user_words_index',
    'index directory_group_name_index',
    'index directory_group_words_index',
    'index directory_user_dn_search_index',
    'index directory_user_username_search_index',
    'index sync_run_one_queued',
    'index unresolved_member_member_unique',
    'index unresolved_member_words_index',
  ],
  'a hash index': ['index directory_group_dn_index', 'index directory_user_dn_index'],
  'a function that triggers, views or indexes call': [
    'function access_group_change_record_projects',
    'function membership_change_record_manual',
    'function ownership_actor',
    'function ownership_by_sync',
    'function ownership_directory',
    'function search_words',
  ],
  'a trigger that reads the rows of a whole statement, or shares its function': [
    'trigger access_group_audit',
    'trigger access_group_change_append_only',
    'trigger access_group_change_notify',
    'trigger access_group_event_delete',
    'trigger access_group_event_insert',
    'trigger access_group_event_update',
    'trigger access_group_link_insert',
    'trigger access_group_link_update',
    'trigger access_group_members_owner_delete',
    'trigger access_group_members_owner_insert',
    'trigger access_group_members_owner_update',
    'trigger access_group_owner_delete',
    'trigger access_group_owner_insert',
    'trigger access_group_owner_update',
    'trigger access_group_projects_event_delete',
    'trigger access_group_projects_event_insert',
    'trigger access_group_projects_event_update',
    'trigger access_group_projects_same_team_insert',
    'trigger access_group_projects_same_team_update',
    'trigger access_group_same_team',
    'trigger audit_seal_append_only',
    'trigger auth_user_audit',
    'trigger directory_group_link_delete',
    'trigger directory_group_link_update',
    'trigger membership_change_append_only',
    'trigger membership_change_notify',
    'trigger project_same_team',
    'trigger sync_run_older_worker',
    'trigger sync_run_total',
    'trigger team_a_await_members',
    'trigger team_audit',
    'trigger team_event',
  ],
};

/** For each trigger that MikroORM drops, it also drops a function that it would have created for it. */
const OWN_FUNCTION = /^drop function if exists "\w+_fn"\(\)/;
const DROP = /^(?:alter table "\w+" )?drop (\w+) (?:if exists )?"(\w+)"/;

/** Reduces a drop to `kind name`; leaves other statements unchanged. */
async function differences(db: Database): Promise<readonly string[]> {
  const statements = await db.orm.schema.getUpdateSchemaSQL({ wrap: false });
  return statements
    .split('\n')
    .filter(line => line !== '' && !OWN_FUNCTION.test(line))
    .map(line => DROP.exec(line)?.slice(1).join(' ') ?? line)
    .toSorted();
}

describe('entities', () => {
  it('describe the schema of the migrations, except what only a migration can express', async () => {
    await using fresh = await freshDatabase();
    expect(await differences(fresh.db)).toEqual(Object.values(ONLY_IN_MIGRATIONS).flat().toSorted());
  });

  it('lead from a team to its groups, and from a group to its members and projects', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'dev')`);
    await rowsOf(
      fresh.db,
      sql`insert into access_group_members (access_group_id, user_id) values (1, 1), (1, 2)`,
    );
    await rowsOf(
      fresh.db,
      sql`insert into access_group_projects (access_group_id, project_id) values (1, 2)`,
    );
    const em = fresh.db.orm.em.fork();
    const team = await em.findOneOrFail(
      Team,
      { slug: 'red' },
      { populate: ['groups.members', 'groups.projects'] },
    );
    const [group] = team.groups;
    expect(group?.members.map(user => user.username)).toEqual(['user1', 'user2']);
    expect(group?.projects.map(project => project.slug)).toEqual(['p2']);
  });

  it('members that an entity manager adds and removes get rows with their own ids, and audit rows', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'dev')`);
    await rowsOf(fresh.db, sql`insert into access_group_members (access_group_id, user_id) values (1, 1)`);
    const em = fresh.db.orm.em.fork();
    const group = await em.findOneOrFail(AccessGroup, 1, { populate: ['members'] });
    group.members.remove(user => user.username === 'user1');
    group.members.add(em.getReference(AuthUser, 2));
    await em.flush();
    expect(await rowsOf(fresh.db, sql`select id::int, user_id from access_group_members`)).toEqual([
      { id: 2, user_id: 2 },
    ]);
    expect(await rowsOf(fresh.db, sql`select action, username from membership_change order by id`)).toEqual([
      { action: 'add', username: 'user1' },
      { action: 'remove', username: 'user1' },
      { action: 'add', username: 'user2' },
    ]);
  });
});
