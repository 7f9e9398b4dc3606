/** The smallest application, to inspect under other configurations. */
import { Client } from 'pg';
import type { CoreSettings } from '../../../../src/model/settings.ts';
import { inspectDatabase } from '../../../../src/store/check/inspect.ts';
import { closeDatabase, openDatabase } from '../../../../src/store/database/database.ts';
import { migrateUp } from '../../../../src/store/database/migrate.ts';
import { emptyDatabase } from '../../servers/database.ts';

/** One table of the schema public. */
export function table<Columns extends Record<string, string>>(name: string, columns: Columns) {
  return { schema: 'public', table: name, columns, constants: {} };
}

/** Serial ids, as small as an application can be. */
export const NUMBERS = `
  create table users (id serial primary key, login text not null unique, code text);
  create table teams (id serial primary key, slug text not null unique);
  create table members (team_id integer references teams, user_id integer references users, primary key (team_id, user_id));
  insert into users (login) values ('alice')`;

export const numbers = {
  users: table('users', { id: 'id', username: 'login' }),
  teams: table('teams', { id: 'id', slug: 'slug' }),
  teamMembers: table('members', { team: 'team_id', user: 'user_id' }),
};

interface Asked {
  readonly url?: string;
  readonly creates?: boolean;
  readonly schema?: string;
}

/** A database with the application, for inspections and migrations with any configuration. */
export async function openApplication(application: string) {
  const { url } = await emptyDatabase();
  const client = new Client({ connectionString: url, options: '-c search_path=public' });
  await client.connect();
  await client.query(application);
  const open = (core: CoreSettings, { url: address = url, schema = 'rollcall' }: Asked) =>
    openDatabase({ url: address, poolSize: 2, schema, core });
  return {
    url,
    client,
    async inspect(core: CoreSettings, asked: Asked = {}) {
      const db = await open(core, asked);
      const creates = { users: asked.creates === true, teams: false };
      return inspectDatabase(db, creates).finally(() => closeDatabase(db));
    },
    async migrate(core: CoreSettings) {
      const db = await open(core, {});
      return migrateUp(db).finally(() => closeDatabase(db));
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
