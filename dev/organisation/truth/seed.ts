/** Inserts the data of the application (people, teams, projects, manual groups) into an empty database. */
import { Client } from 'pg';
import type { Organisation } from '../model/model.ts';
import { localTeams, localUsers, manualGroups } from './local.ts';

/** Seeds a migrated database, so that a first sync finds the application that the expected state (truth.ts) assumes. */
export async function seedApplication(databaseUrl: string, organisation: Organisation): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await seedUsers(client, organisation);
    await seedTeams(client);
    await client.query('analyze');
  } finally {
    await client.end();
  }
}

async function seedUsers(client: Client, organisation: Organisation): Promise<void> {
  const rows = localUsers(organisation);
  await client.query(
    `insert into auth_user (username, email, full_name, is_active)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::boolean[])`,
    [
      rows.map(row => row.username),
      rows.map(row => row.email),
      rows.map(row => row.fullName),
      rows.map(row => row.isActive),
    ],
  );
}

async function seedTeams(client: Client): Promise<void> {
  for (const { slug, name, projects } of localTeams()) {
    await client.query('insert into team (slug, name) values ($1, $2)', [slug, name]);
    await client.query(
      `insert into project (team_id, slug, name)
       select t.id, p, p from team t, unnest($2::text[]) p where t.slug = $1`,
      [slug, projects],
    );
  }
  for (const { team, name, members } of manualGroups()) {
    await client.query(
      `with made as (
         insert into access_group (team_id, name) select id, $2 from team where slug = $1 returning id)
       insert into access_group_members (access_group_id, user_id)
       select made.id, u.id from made, auth_user u where u.username = any($3::text[])`,
      [team, name, members],
    );
  }
}
