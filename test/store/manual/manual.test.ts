/** Changes of groups, members and projects by users. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type RefusalCode, RefusedError } from '../../../src/errors.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { changeGroup, createGroup, deleteGroup } from '../../../src/store/manual/groups.ts';
import { addMember, removeMember } from '../../../src/store/manual/members.ts';
import { assignProject, unassignProject } from '../../../src/store/manual/projects.ts';
import {
  creation,
  fingerprint,
  ids,
  membersByGroup,
  planOf,
  rowsOf,
  seed,
  sync,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const ME = 'ines';
const TEXT_TOO_LONG = `${'🚢'.repeat(64)}!`;

/** A managed `group1` (id 1) with user1 and p1, and a manual `desk` (id 2). */
async function lived(db: Database): Promise<void> {
  await seed(db, 3, ['red', 'blue']);
  await sync(db, planOf([creation(1, ids(1), { setProjects: ['p1'] })]));
  await createGroup(db, { team: 'red', name: 'desk', type: 50, actor: ME });
}

async function refused(work: Promise<unknown>, code: RefusalCode, message: RegExp): Promise<void> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RefusedError);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
}

const projects = (db: Database, group: number) =>
  rowsOf(
    db,
    sql<{ slug: string }>`
      select p.slug from access_group_projects a join project p on p.id = a.project_id
      where a.access_group_id = ${group} order by 1`,
  );

describe('manual groups', () => {
  it('are created, renamed, given another type and deleted', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 0);
    const made = await createGroup(fresh.db, { team: 'red', name: 'desk', type: 50, actor: ME });
    expect(made).toEqual({ id: 1, team: 'red', name: 'desk', type: 50, managed: false, directory: null });
    const changed = await changeGroup(fresh.db, 1, { name: 'storm desk', type: 0 }, ME);
    expect(changed).toEqual({ ...made, name: 'storm desk', type: 0 });
    expect(await rowsOf(fresh.db, sql`select name, type, managed from access_group`)).toEqual([
      { name: 'storm desk', type: 0, managed: false },
    ]);
    await deleteGroup(fresh.db, 1, ME);
    expect(await rowsOf(fresh.db, sql`select from access_group`)).toHaveLength(0);
    expect(await rowsOf(fresh.db, sql`select distinct actor from access_group_change`)).toEqual([
      { actor: ME },
    ]);
  });

  it('a change that changes nothing writes nothing', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    await addMember(fresh.db, 2, 'user1', ME);
    await assignProject(fresh.db, 2, 'p1', ME);
    const before = await fingerprint(fresh.db);
    await changeGroup(fresh.db, 2, { name: 'desk', type: 50 }, ME);
    await addMember(fresh.db, 2, 'user1', ME);
    await removeMember(fresh.db, 2, 'user2', ME);
    await assignProject(fresh.db, 2, 'p1', ME);
    await unassignProject(fresh.db, 2, 'p2', ME);
    expect(await fingerprint(fresh.db)).toEqual(before);
  });

  it('the length limit of a name counts the characters of the column, not those of JavaScript (A2)', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    const name = TEXT_TOO_LONG.slice(0, -1);
    expect(await createGroup(fresh.db, { team: 'red', name, type: 50, actor: ME })).toMatchObject({ name });
    for (const wrong of ['', TEXT_TOO_LONG]) {
      await refused(
        createGroup(fresh.db, { team: 'red', name: wrong, type: 50, actor: ME }),
        'name_invalid',
        /1 to 64 characters/,
      );
      await refused(changeGroup(fresh.db, 2, { name: wrong }, ME), 'name_invalid', /1 to 64 characters/);
    }
  });

  it('cannot get the name of a managed group, which the refusal names; another team can (A11)', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    const taken = /team "red" already has a group "group1" managed by directory "corp"/;
    const group1 = { name: 'group1', type: 50, actor: ME } as const;
    await refused(createGroup(fresh.db, { team: 'red', ...group1 }), 'name_taken', taken);
    await refused(changeGroup(fresh.db, 2, { name: 'group1' }, ME), 'name_taken', taken);
    await refused(
      createGroup(fresh.db, { team: 'red', name: 'desk', type: 50, actor: ME }),
      'name_taken',
      /already has a group "desk"$/,
    );
    expect(await createGroup(fresh.db, { team: 'blue', ...group1 })).toMatchObject({ team: 'blue' });
  });

  it('an unknown name is refused with the name', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    const { db } = fresh;
    await refused(
      createGroup(db, { team: 'gone', name: 'x', type: 50, actor: ME }),
      'unknown_team',
      /"gone"/,
    );
    await refused(changeGroup(db, 99, { type: 0 }, ME), 'unknown_group', /99/);
    await refused(deleteGroup(db, 99, ME), 'unknown_group', /99/);
    await refused(addMember(db, 99, 'user1', ME), 'unknown_group', /99/);
    await refused(addMember(db, 2, 'nobody', ME), 'unknown_user', /"nobody"/);
    await refused(removeMember(db, 2, 'nobody', ME), 'unknown_user', /"nobody"/);
    await refused(assignProject(db, 2, 'gone', ME), 'unknown_project', /team "red" has no project "gone"/);
    await refused(unassignProject(db, 99, 'p1', ME), 'unknown_group', /99/);
  });
});

describe('members and projects of groups', () => {
  it('a removed user who is added again is a member, and the audit shows both changes with their users (F64)', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    await addMember(fresh.db, 2, 'user1', ME);
    await removeMember(fresh.db, 2, 'user1', 'user1');
    await addMember(fresh.db, 2, 'user1', ME);
    expect(await membersByGroup(fresh.db)).toEqual({ desk: [1], group1: [1] });
    const audit = sql`
      select actor, action, username, reason from membership_change where group_name = 'desk' order by id`;
    const entry = { username: 'user1', reason: 'manual' };
    expect(await rowsOf(fresh.db, audit)).toEqual([
      { ...entry, actor: ME, action: 'add' },
      { ...entry, actor: 'user1', action: 'remove' },
      { ...entry, actor: ME, action: 'add' },
    ]);
  });

  it('projects are assigned to managed groups, too, but never those of another team', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    await rowsOf(fresh.db, sql`insert into project (team_id, slug, name) values (2, 'sea', 'Sea')`);
    await assignProject(fresh.db, 1, 'p3', ME);
    await unassignProject(fresh.db, 1, 'p1', ME);
    await refused(
      assignProject(fresh.db, 1, 'sea', ME),
      'unknown_project',
      /team "red" has no project "sea"/,
    );
    expect(await projects(fresh.db, 1)).toEqual([{ slug: 'p3' }]);
  });

  it('a managed group cannot be renamed, deleted or given members by hand, but its type can be changed (C30, R11)', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    const { db } = fresh;
    await refused(addMember(db, 1, 'user2', ME), 'managed_members', /"group1".*directory "corp"/);
    await refused(removeMember(db, 1, 'user1', 'user1'), 'managed_members', /release the group/);
    await refused(changeGroup(db, 1, { name: 'mine' }, ME), 'managed_name', /rename it there/);
    await refused(deleteGroup(db, 1, ME), 'managed_group', /release the group first/);
    expect(await changeGroup(db, 1, { name: 'group1', type: 0 }, ME)).toMatchObject({
      type: 0,
      managed: true,
    });
    expect(await membersByGroup(db)).toEqual({ desk: [], group1: [1] });
  });

  it('a team owner who is also a member keeps both, and the smallest level counts (C12)', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    await rowsOf(fresh.db, sql`insert into team_member (team_id, user_id, type) values (1, 1, 0)`);
    const access = sql`select type, via from access_effective where user_id = 1 and project_id = 1`;
    expect(await rowsOf(fresh.db, access)).toEqual([{ type: 0, via: 'team' }]);
    await rowsOf(fresh.db, sql`delete from team_member`);
    expect(await rowsOf(fresh.db, access)).toEqual([{ type: 50, via: 'group' }]);
  });
});
