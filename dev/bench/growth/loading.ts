/** Prepares databases of a given size, to measure the CPU that loading the current state takes in this process. */
import { Client } from 'pg';
import { loadCurrent } from '../../../src/store/current/load-current.ts';
import { closeDatabase, openDatabase } from '../../../src/store/database/database.ts';
import { migrateUp } from '../../../src/store/database/migrate.ts';
import { createDatabase, type Postgres } from '../../servers/postgres.ts';

export interface Load {
  readonly run: () => unknown;
  readonly close: () => Promise<void>;
}

/** n groups with ten members each, and 2 n linked people. */
const COMPANY = `
insert into auth_user (username, email) select 'user' || i, 'user' || i || '@example.test' from generate_series(1, 2 * $n) i;
insert into team (slug, name) values ('platform', 'Platform');
insert into access_group (team_id, name, managed) select 1, 'g' || i, true from generate_series(1, $n) i;
insert into access_group_members (access_group_id, user_id)
  select g, 1 + (g * 97 + i * 13) % (2 * $n) from generate_series(1, $n) g, generate_series(1, 10) i on conflict do nothing;
insert into directory_user (directory, external_id, dn, user_id, matched_by, run_id)
  select 'corp', ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'uid=user' || i, i, 'username', 1
  from generate_series(1, 2 * $n) i;
insert into directory_group (directory, external_id, dn, cn, mapping, state, access_group_id, team_id)
  select 'corp', gen_random_uuid(), 'cn=g' || i, 'g' || i, 'platform/{cn}', 'linked', i, 1 from generate_series(1, $n) i;
`;

/** A hundred teams whose only owners are in an owner-level group, and n inactive accounts. */
const OWNERS = `
insert into auth_user (username, email, is_active)
  select 'user' || i, 'user' || i || '@example.test', i <= 100 from generate_series(1, 100 + $n) i;
insert into team (slug, name) select 'team' || i, 'Team' from generate_series(1, 100) i;
insert into access_group (team_id, name, managed, type) select i, 'owners', true, 0 from generate_series(1, 100) i;
insert into access_group_members (access_group_id, user_id) select i, i from generate_series(1, 100) i;
insert into directory_group (directory, external_id, dn, cn, mapping, state, access_group_id, team_id)
  select 'corp', gen_random_uuid(), 'cn=g' || i, 'g' || i, 'platform/{cn}', 'linked', i, i from generate_series(1, 100) i;
`;

/** The current state of a company of that size. */
export function loadCompany(postgres: Postgres, n: number): Promise<Load> {
  const people = Array.from({ length: 2 * n }, (_, at) => ({
    externalId: `00000000-0000-4000-8000-${String(at + 1).padStart(12, '0')}`,
    username: `user${at + 1}`,
    email: undefined,
  }));
  return openLoad(postgres, COMPANY, n, people);
}

/** The current state with many inactive accounts. */
export function loadOwners(postgres: Postgres, n: number): Promise<Load> {
  return openLoad(postgres, OWNERS, n, []);
}

async function openLoad(
  postgres: Postgres,
  script: string,
  n: number,
  people: Parameters<typeof loadCurrent>[2]['people'],
): Promise<Load> {
  const name = `growth_${script === OWNERS ? 'owners' : 'company'}_${n}`;
  await createDatabase(postgres, name);
  const url = postgres.urlOf(name);
  const db = await openDatabase({ url, poolSize: 2 });
  await migrateUp(db);
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("set session_replication_role = 'replica'");
  await client.query(script.replaceAll('$n', String(n)));
  await client.query('analyze');
  await client.end();
  return {
    run: () => loadCurrent(db, 'corp', { teams: ['platform'], protect: [], people }),
    close: () => closeDatabase(db),
  };
}
