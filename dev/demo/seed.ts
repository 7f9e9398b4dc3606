/** Fills the application of the demo with users, teams, projects and manual groups. */
import { Client } from 'pg';
import type { LdifEntry } from '../fake-ldap/tree/ldif.ts';

interface Team {
  readonly slug: string;
  readonly name: string;
  readonly owner: string;
  readonly members: readonly string[];
  readonly projects: Readonly<Record<string, string>>;
  /** A manual group. */
  readonly group: { readonly name: string; readonly members: readonly string[] };
}

const teams: readonly Team[] = [
  {
    slug: 'engineering',
    name: 'Engineering',
    owner: 'ines',
    members: ['tobias', 'clara', 'amara'],
    projects: { api: 'Timetable API', web: 'Passenger website', charts: 'Sea charts' },
    group: { name: 'release captains', members: ['tobias', 'clara'] },
  },
  {
    slug: 'operations',
    name: 'Operations',
    owner: 'harbourmaster',
    members: ['captain.byrne', 'wren'],
    projects: { timetable: 'Timetable', lights: 'Lights and bells' },
    group: { name: 'storm desk', members: ['captain.byrne', 'femi', 'wren'] },
  },
  {
    slug: 'sales',
    name: 'Sales',
    owner: 'beatrix',
    members: ['luca'],
    projects: { bookings: 'Bookings' },
    group: { name: 'price changes', members: ['luca', 'akira'] },
  },
  {
    slug: 'company',
    name: 'Whole company',
    owner: 'edith',
    members: [],
    projects: { intranet: 'Intranet' },
    group: { name: 'board', members: ['edith', 'magnus'] },
  },
];

// They are in the directory, but have never signed in to the application.
const strangers = ['ghost', 'intern', 'petra'];

export interface SeedCounts {
  readonly users: number;
  readonly teams: number;
  readonly strangers: number;
}

/**
 * Fills an empty application with the people of the directory, a few teams, projects and manual groups, as if it had
 * been in use. Returns undefined and changes nothing if users exist already.
 */
export async function seed(
  databaseUrl: string,
  entries: readonly LdifEntry[],
): Promise<SeedCounts | undefined> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from auth_user limit 1');
    if (rowCount !== 0) return undefined;
    await client.query('begin');
    const users = await addUsers(client, entries);
    for (const team of teams) await addTeam(client, team);
    await client.query('commit');
    return { users, teams: teams.length, strangers: strangers.length };
  } finally {
    await client.end();
  }
}

async function addUsers(client: Client, entries: readonly LdifEntry[]): Promise<number> {
  const people = entries
    .map(entry => ({
      username: textOf(entry, 'uid').toLowerCase(),
      email: textOf(entry, 'mail'),
      name: textOf(entry, 'cn'),
    }))
    .filter(({ username }) => username !== '' && !strangers.includes(username));
  const { rowCount } = await client.query(
    `insert into auth_user (username, email, full_name)
     select * from unnest($1::text[], $2::text[], $3::text[])`,
    [people.map(one => one.username), people.map(one => one.email), people.map(one => one.name)],
  );
  return rowCount ?? 0;
}

async function addTeam(client: Client, team: Team): Promise<void> {
  const { rows } = await client.query<{ id: number }>(
    'insert into team (slug, name, owner_id) select $1, $2, id from auth_user where username = $3 returning id',
    [team.slug, team.name, team.owner],
  );
  const id = rows[0]?.id;
  await client.query(
    `insert into team_member (team_id, user_id, type)
     select $1, id, case when username = $2 then 0 else 50 end from auth_user where username = any($3)`,
    [id, team.owner, [team.owner, ...team.members]],
  );
  await client.query(
    'insert into project (team_id, slug, name) select $1, * from unnest($2::text[], $3::text[])',
    [id, Object.keys(team.projects), Object.values(team.projects)],
  );
  await client.query(
    `with made as (insert into access_group (team_id, name) values ($1, $2) returning id),
       allowed as (insert into access_group_projects (access_group_id, project_id)
         select made.id, project.id from made, project where project.team_id = $1)
     insert into access_group_members (access_group_id, user_id)
     select made.id, auth_user.id from made, auth_user where username = any($3)`,
    [id, team.group.name, team.group.members],
  );
}

function textOf({ attributes }: LdifEntry, name: string): string {
  return String(attributes[name]?.[0] ?? '');
}
