/** The three roles of deploy/roles.sql: what each can do, and what PostgreSQL refuses. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callCommand, type Installation, openInstallation } from '../support/given/installation.ts';
import { emptyDatabase } from '../support/servers/database.ts';

const SCRIPT = readFileSync('deploy/roles.sql', 'utf8');
const SEED = `
  insert into auth_user (username) select unnest('{alice,bob,carol,dan,eve,frank}'::text[]);
  insert into team (slug, name) values ('platform', 'Platform');
  insert into project (team_id, slug, name) values (1, 'api', 'API');
  insert into access_group (team_id, name) values (1, 'desk')`;

const suffix = randomUUID().replaceAll('-', '');
const ROLES = {
  owner: `owner_${suffix}`,
  runtime: `runtime_${suffix}`,
  application: `application_${suffix}`,
};
type Role = keyof typeof ROLES;

describe('deploy/roles.sql', () => {
  const stack = new AsyncDisposableStack();
  let installation: Installation;
  let superuser: Client;
  const sessions = new Map<Role, Client>();
  const configs = new Map<Role, string>();

  const as = async (role: Role, statement: string) => (await sessions.get(role)?.query(statement))?.rows;
  const rollcall = (role: Role, ...args: string[]) =>
    callCommand({ ROLLCALL_CONFIG: configs.get(role), LOG_LEVEL: 'fatal' }, ...args);
  const runScript = () => superuser.query(SCRIPT);

  beforeAll(async () => {
    installation = stack.use(await openInstallation());
    const url = new URL((await emptyDatabase()).url);
    superuser = new Client({ connectionString: url.href });
    await superuser.connect();
    for (const [name, role] of Object.entries(ROLES)) await superuser.query(`set roles.${name} = '${role}'`);
    await runScript();
    for (const role of ['owner', 'runtime', 'application'] as const) {
      await superuser.query(`alter role ${ROLES[role]} password 'secret'`);
      Object.assign(url, { username: ROLES[role], password: 'secret' });
      configs.set(role, await installation.writeConfig({ database: { url: url.href }, redis: undefined }));
      const session = new Client({ connectionString: url.href });
      await session.connect();
      sessions.set(role, session);
    }
  });
  afterAll(async () => {
    for (const session of sessions.values()) await session.end();
    for (const role of Object.values(ROLES))
      await superuser.query(`drop owned by ${role} cascade; drop role ${role}`);
    await superuser.end();
    await stack.disposeAsync();
  });

  it('lets the owner migrate, and the application fill its tables', async () => {
    expect(await rollcall('runtime', 'migrate', 'up')).toMatchObject({ code: 2 });
    expect(await rollcall('owner', 'migrate', 'up')).toMatchObject({ code: 0 });
    await runScript();
    await runScript();
    await as('application', SEED);
  });

  it('lets the runtime do a full run and every command (G52)', async () => {
    const sync = await rollcall('runtime', 'sync', '--once');
    expect(sync).toMatchObject({ code: 0, stdout: expect.stringContaining('+9 -0 members') });
    const words = `plan, status, runs, runs show 1, audit verify, groups, groups show platform/desk, doubts, audit, users, teams,
      users access alice, teams show platform, migrate status, groups add-member platform/desk alice,
      groups assign platform/desk api, groups create platform/new, groups delete platform/new --yes,
      explain alice --team platform --group devs, freeze devs --team platform --reason test,
      unfreeze devs --team platform --reason test, release devs --team platform --reason test`;
    const commands = words.split(',').map(command => command.trim().split(/\s+/));
    for (const command of commands)
      expect({ command, ...(await rollcall('runtime', ...command)) }).toMatchObject({ code: 0 });
    expect((await rollcall('runtime', 'check')).stdout).not.toContain('fail');
  });

  it.each<[Role, string]>([
    ['runtime', 'alter table access_group_members disable trigger all'],
    ['runtime', 'alter table auth_user add column extra text'],
    ['runtime', 'drop table membership_change'],
    ['runtime', 'create table extra (id integer)'],
    ['runtime', `create function array_agg(integer) returns integer language sql as 'select 1'`],
    ['runtime', `update membership_change set actor = 'ines'`],
    ['runtime', 'delete from membership_change'],
    ['runtime', 'truncate membership_change'],
    ['runtime', 'delete from audit_seal'],
    ['runtime', `update audit_seal set intact = true`],
    ['runtime', `update access_group_change set actor = 'ines'`],
    ['runtime', `set rollcall.retention = 'on'; delete from access_group_change`],
    ['runtime', `insert into schema_migration (name) values ('20991231_later')`],
    ['runtime', 'set session_replication_role = replica'],
    ['application', 'delete from membership_change'],
    [
      'application',
      `insert into membership_change (action, access_group_id, user_id, username, group_name, team_slug, reason)
      values ('add', 1, 1, 'alice', 'desk', 'platform', 'manual')`,
    ],
    ['application', `update directory_group set frozen_by = 'ines'`],
    ['application', 'delete from sync_run'],
    ['application', 'alter table access_group disable trigger all'],
    ['application', 'truncate access_group_projects'],
  ])('does not let the %s: %s', async (role, statement) => {
    await expect(as(role, statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('lets the application change the data of a team, and no managed group (G65)', async () => {
    await as(
      'application',
      `
      insert into access_group_members (access_group_id, user_id) select id, 2 from access_group where name = 'desk';
      delete from access_group_members where access_group_id = (select id from access_group where name = 'desk') and user_id = 2;
      update access_group set name = 'counter', type = 0 where name = 'desk';
      update access_group set type = 0 where managed;
      insert into access_group_projects (access_group_id, project_id)
        select id, 1 from access_group where managed and not exists (
          select from access_group_projects p where p.access_group_id = access_group.id);
      insert into access_group (team_id, name) values (1, 'more');
      delete from access_group where name = 'more'`,
    );
    await as('application', `set rollcall.writer = 'sync'`);
    await expect(
      as(
        'application',
        'delete from access_group_members m using access_group g where g.id = m.access_group_id and g.managed',
      ),
    ).rejects.toMatchObject({ code: '23514' });
    const audited = await as(
      'runtime',
      `
      select distinct database_role as role from access_group_change where group_name = 'counter'`,
    );
    expect(audited).toEqual([{ role: ROLES.application }]);
  });
});
