/** The roles of deploy/roles.sql in the database of an application: least privilege, and every command works. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupEntry } from '../support/given/company.ts';
import {
  callCommand,
  entries,
  type Installation,
  ldifOf,
  openInstallation,
  TOKEN,
} from '../support/given/installation.ts';
import { emptyDatabase } from '../support/servers/database.ts';
import { serve } from '../support/servers/rollcall.ts';

const APPLICATION = `
  create table users (id bigserial primary key, login text not null unique, mail text);
  create table teams (id bigserial primary key, slug text not null unique);
  create table projects (id bigserial primary key, team_id bigint not null references teams, slug text not null);
  create unique index on projects (team_id, slug);
  insert into users (login) select unnest('{alice,bob,carol,dan,eve}'::text[]);
  insert into teams (slug) values ('platform');
  insert into projects (team_id, slug) values (1, 'api')`;

const TABLES = {
  core: 'theirs',
  users: { table: 'users', username: 'login', email: 'mail' },
  teams: { table: 'teams' },
  projects: { table: 'projects' },
};

describe('deploy/roles.sql in the database of an application', () => {
  const stack = new AsyncDisposableStack();
  const suffix = randomUUID().replaceAll('-', '');
  const roles = { owner: `owner_${suffix}`, runtime: `runtime_${suffix}`, application: `shop_${suffix}` };
  const configs = new Map<string, string>();
  let installation: Installation;
  let superuser: Client;
  let shop: Client;

  const rollcall = (role: 'owner' | 'runtime', ...args: string[]) =>
    callCommand({ ROLLCALL_CONFIG: configs.get(role), LOG_LEVEL: 'fatal' }, ...args);
  const runtime = (command: string) => rollcall('runtime', ...command.split(' '));

  beforeAll(async () => {
    installation = stack.use(await openInstallation());
    const url = new URL((await emptyDatabase()).url);
    superuser = new Client({ connectionString: url.href, options: '-c search_path=public' });
    await superuser.connect();
    await superuser.query(`
      create role ${roles.application} login password 'secret'; grant create on schema public to ${roles.application}`);
    Object.assign(url, { username: roles.application, password: 'secret' });
    shop = new Client({ connectionString: url.href });
    await shop.connect();
    await shop.query(APPLICATION);
    const settings = {
      ...roles,
      schema: 'rollcall',
      creates: 'on',
      users: 'public.users',
      teams: 'public.teams',
      projects: 'public.projects',
    };
    for (const [name, value] of Object.entries(settings))
      await superuser.query(`set roles.${name} = '${value}'`);
    await superuser.query(readFileSync('deploy/roles.sql', 'utf8'));
    for (const role of ['owner', 'runtime'] as const) {
      await superuser.query(`alter role ${roles[role]} password 'secret'`);
      Object.assign(url, { username: roles[role] });
      const directory = { firstRun: 'confirm', users: { baseDn: 'ou=people,dc=test', onUnknown: 'create' } };
      configs.set(
        role,
        await installation.writeConfig({
          database: { url: url.href, ...TABLES },
          redis: undefined,
          directory,
        }),
      );
    }
    expect(await rollcall('owner', 'migrate', 'up')).toMatchObject({ code: 0 });
    await superuser.query(readFileSync('deploy/roles.sql', 'utf8'));
  });
  afterAll(async () => {
    await shop.end();
    for (const role of Object.values(roles))
      await superuser.query(`drop owned by ${role} cascade; drop role ${role}`);
    await superuser.end();
    await stack.disposeAsync();
  });

  it('gives the runtime what it needs for runs and approvals, without Redis and without a right to change a table (G51, G52)', async () => {
    const check = await runtime('check');
    expect(check.stdout).not.toContain('fail');
    expect(check.stdout).toContain('has the rights that it needs');
    expect(await runtime('sync --once')).toMatchObject({ code: 3 });
    expect(await runtime('approve 1 --reason test')).toMatchObject({ code: 0 });
    expect(await runtime('sync --once')).toMatchObject({ code: 0 });
    expect((await runtime('runs show 2')).stdout).toContain('3 groups changed, +9 -0 members');
    for (const right of ['update', 'delete', 'truncate', 'trigger', 'references']) {
      const asked = `select has_table_privilege('${roles.runtime}', 'users', '${right}') as has`;
      expect({ right, ...(await superuser.query(asked)).rows[0] }).toEqual({ right, has: false });
    }
  });

  it('lets only the owner migrate, and says who that is (G52)', async () => {
    for (const command of ['migrate up', 'migrate down']) {
      const refused = await runtime(command);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain(`the tables belong to the role ${roles.owner}`);
      expect(refused.stderr).not.toMatch(/^ +at /m);
    }
  });

  it('lets the runtime relink, adopt, release and revert (G52)', async () => {
    await runtime('groups create platform/desk');
    await runtime('groups add-member platform/desk carol');
    const named = [...entries(), groupEntry('desk', ['alice'])];
    await installation.slapd.load(ldifOf(named));
    const commands = [
      // Every entry has a new identity.
      'relink corp --reason test --yes',
      'sync --once',
      'adopt desk --team platform --reason test --yes',
      'sync --once',
      'release devs --team platform --reason test',
      'revert 2 --reason test --yes',
      'doubts',
    ];
    for (const command of commands)
      expect({ command, ...(await runtime(command)) }).toMatchObject({ code: 0 });
    expect((await runtime('groups show platform/desk')).stdout).toContain('alice');
    expect((await runtime('groups show platform/devs')).stdout).not.toContain('bob');
  });

  it('lets the runtime serve, and says so when the application drops a view (G51, G52)', async () => {
    await using service = await serve(configs.get('runtime') ?? '');
    const ask = async (path: string) =>
      (await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } })).status;
    for (const path of [
      '/',
      '/readyz',
      '/metrics',
      '/api/status',
      '/api/users',
      '/api/changes?after=start',
      '/queues',
    ]) {
      expect({ path, status: await ask(path) }).toEqual({ path, status: 200 });
    }
    await superuser.query('drop view rollcall.auth_user cascade');
    expect(await ask('/readyz')).toBe(503);
    const failed = await runtime('users');
    expect(failed).toMatchObject({ code: 5, stderr: expect.stringContaining('run "rollcall check"') });
    expect(failed.stderr).not.toMatch(/^ +at /m);
    const once = await runtime('sync --once');
    expect(once.stderr).toContain('the view rollcall.auth_user is missing');
    expect(await rollcall('owner', 'migrate', 'up')).toMatchObject({ code: 0 });
    expect(await ask('/readyz')).toBe(200);
  });
});
