/** Rollcall in its own schema, with a role that owns nothing else. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { closeDatabase, openDatabase } from '../../src/store/database/database.ts';
import { query } from '../../src/store/database/sql.ts';
import { callCommand, type Installation, openInstallation } from '../support/given/installation.ts';
import { emptyDatabase } from '../support/servers/database.ts';

const SEED = `
  insert into auth_user (username) select unnest('{alice,bob,carol,dan,eve,frank}'::text[]);
  insert into team (slug, name) values ('platform', 'Platform');
  insert into project (team_id, slug, name) values (1, 'api', 'API')`;

interface OwnSchema extends AsyncDisposable {
  rollcall(...args: string[]): ReturnType<typeof callCommand>;
  asRole(statement: string): Promise<readonly unknown[]>;
}

/** A database in which a new role may use the schema "own" and create nothing anywhere else. */
async function ownSchema(installation: Installation): Promise<OwnSchema> {
  const role = `keeper_${randomUUID().replaceAll('-', '')}`;
  const url = new URL((await emptyDatabase()).url);
  const owner = new Client({ connectionString: url.href });
  await owner.connect();
  await owner.query(`
    create role ${role} login password 'secret';
    revoke create on schema public from public;
    create schema own authorization ${role}`);
  url.username = role;
  url.password = 'secret';
  const config = await installation.writeConfig({
    database: { url: url.href, schema: 'own' },
    redis: undefined,
  });
  return {
    rollcall: (...args) => callCommand({ ROLLCALL_CONFIG: config, LOG_LEVEL: 'fatal' }, ...args),
    async asRole(statement) {
      const db = await openDatabase({ url: url.href, schema: 'own', poolSize: 2 });
      try {
        return await query(db.orm.em.fork(), sql.raw(statement));
      } finally {
        await closeDatabase(db);
      }
    },
    async [Symbol.asyncDispose]() {
      await owner.query(`drop owned by ${role} cascade; drop role ${role}`);
      await owner.end();
    },
  };
}

describe('database.schema', () => {
  it('contains all of Rollcall for a role that owns nothing else, and every command works (G52)', async () => {
    await using installation = await openInstallation();
    await using own = await ownSchema(installation);
    expect(await own.rollcall('migrate', 'status')).toMatchObject({ code: 0 });
    expect((await own.rollcall('migrate', 'up')).stdout).toContain('20261130_certainty');
    expect(await own.rollcall('migrate', 'up')).toMatchObject({ code: 0, stdout: 'applied: none\n' });
    await own.asRole(SEED);
    expect(await own.rollcall('check')).toMatchObject({
      stdout: expect.stringContaining('ok    migrations'),
    });
    const sync = await own.rollcall('sync', '--once');
    expect(sync.stdout).toContain('3 groups changed, +9 -0 members');
    for (const command of ['plan', 'status', 'runs', 'groups', 'audit', 'users', 'teams', 'doubts']) {
      expect({ command, ...(await own.rollcall(command)) }).toMatchObject({ code: 0, stderr: '' });
    }
    const elsewhere = await own.asRole(`
      select relname from pg_class
      where relowner = (select oid from pg_roles where rolname = current_user)
        and relnamespace not in ('own'::regnamespace, 'pg_toast'::regnamespace)`);
    expect(elsewhere).toEqual([]);
    for (const _ of 'each') await own.rollcall('migrate', 'down');
    const left = await own.asRole(`select relname from pg_class where relname = 'access_group'`);
    expect(left).toEqual([]);
    expect((await own.rollcall('migrate', 'up')).stdout).toContain('20261122_first');
  });
});
