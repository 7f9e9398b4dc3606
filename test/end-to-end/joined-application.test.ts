/** An operator connects an application of ten tables with one configuration file. */
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { rails } from '../support/given/applications/rails.ts';
import { callCommand, type Installation, openInstallation } from '../support/given/installation.ts';
import { emptyDatabase } from '../support/servers/database.ts';

/** The block of docs/existing-application.md, for the application of the test. */
const TABLES = {
  core: 'theirs',
  users: {
    table: 'users',
    username: 'login',
    email: 'email',
    fullName: 'full_name',
    active: 'current',
    superuser: 'admin',
    constants: { created_at: 'now', updated_at: 'now' },
  },
  teams: { table: 'teams', name: 'name', owner: 'owner_id' },
  teamMembers: { table: 'memberships', type: 'role', active: 'enabled', added: 'created_at' },
  projects: { table: 'projects', name: 'name', active: 'visible' },
};

async function openRails(installation: Installation) {
  const { url } = await emptyDatabase();
  const client = new Client({ connectionString: url, options: '-c search_path=public' });
  await client.connect();
  await client.query(rails.schema);
  await client.query('alter table users add column current boolean generated always as (active) stored');
  for (const name of ['alice', 'bob', 'carol', 'dan', 'eve']) {
    await client.query(rails.user, [name, `${name}@example.test`, name, true]);
  }
  await client.query(rails.team, ['platform', 'Platform']);
  await client.query(rails.team, ['other', 'Other']);
  await client.query(rails.project, ['platform', 'api']);
  const rollcall = async (database: object, directory: object, ...args: string[]) => {
    const config = await installation.writeConfig({ database: { url, ...database }, directory });
    return callCommand({ ROLLCALL_CONFIG: config, LOG_LEVEL: 'fatal' }, ...args);
  };
  return { client, rollcall, [Symbol.asyncDispose]: () => client.end() };
}

describe('an application of ten tables', () => {
  it('is not changed by a configuration without its tables, and the error says what to set (G51)', async () => {
    await using installation = await openInstallation();
    await using app = await openRails(installation);
    await app.client.query('create table team (id integer)');
    const refused = await app.rollcall({}, {}, 'migrate', 'up');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('the schema public already has team, which Rollcall did not make');
    expect(refused.stderr).toContain('database.core: theirs');
    expect(refused.stderr).not.toMatch(/^ +at /m);
    const { rows } = await app.client.query(
      `select from pg_class where relname in ('access_group', 'schema_migration')`,
    );
    expect(rows).toEqual([]);
  });

  it('works with one configuration file: check, migrate up, sync and every list (G51)', async () => {
    await using installation = await openInstallation();
    await using app = await openRails(installation);
    const directory = { users: { baseDn: 'ou=people,dc=test', onUnknown: 'create' } };
    const rollcall = (...args: string[]) => app.rollcall(TABLES, directory, ...args);
    expect((await rollcall('check')).stdout).toContain('ok    application tables: fit');
    expect(await rollcall('migrate', 'up')).toMatchObject({ code: 0 });
    expect((await rollcall('sync', '--once')).stdout).toContain('3 groups changed, +9 -0 members');
    for (const command of ['plan', 'status', 'runs', 'groups', 'audit', 'users', 'teams', 'doubts']) {
      expect({ command, ...(await rollcall(command)) }).toMatchObject({ code: 0, stderr: '' });
    }
    const created = await app.client.query(`select login, active, admin from users where login = 'frank'`);
    expect(created.rows).toEqual([{ login: 'frank', active: true, admin: false }]);

    const access = `
      select distinct u.login from rollcall.access_effective a join users u on u.id = a.user_id order by 1`;
    expect((await app.client.query(access)).rows).toHaveLength(6);
    // The application can still move its project.
    await app.client.query(`update projects set team_id = (select id from teams where slug = 'other')`);
    expect((await app.client.query(access)).rows).toEqual([]);
  });
});
