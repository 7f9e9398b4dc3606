/** The complete installation: three servers behind proxies that can be cut, a scheduler, three workers. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { installPrograms } from '../../dev/install/servers.ts';
import { createDatabase, type Postgres, startPostgres } from '../../dev/servers/postgres.ts';
import { type Redis, startRedis } from '../../dev/servers/redis.ts';
import { type Slapd, startSlapd } from '../../dev/servers/slapd.ts';
import { closeDatabase, openDatabase } from '../../src/store/database/database.ts';
import { ldifOf } from '../support/given/installation.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { type Ended, rollcall } from '../support/servers/rollcall.ts';
import { firstEntries, HANDMADE, PEOPLE, TWIN } from './churning-directory.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import type { ServerName } from './schedule.ts';
import { type Supervisor, startSupervisor } from './supervisor.ts';

export interface ChaosEnvironment extends AsyncDisposable {
  readonly servers: { readonly postgres: Postgres; readonly redis: Redis; readonly slapd: Slapd };
  readonly proxies: Readonly<Record<ServerName, FaultProxy>>;
  /** Not through the proxy, so that faults do not affect the observer. */
  readonly databaseUrl: string;
  /** The configuration file. */
  readonly config: string;
  /** Logs of all processes. */
  readonly folder: string;
  /** The folder is kept for the analysis of a failure. */
  keepLogs(): void;
}

export interface Installation extends ChaosEnvironment {
  readonly supervisor: Supervisor;
}

/** Starts everything, with a database that has data. */
export async function openInstallation(): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const installation = stack.use(await openEnvironment(config => rollcall(config, 'migrate', 'up')));
  const supervisor = stack.use(startSupervisor(installation.config, installation.folder));
  const kept = stack.move();
  return { ...installation, supervisor, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Everything except the processes. `migrate` prepares the database before its first use. */
export async function openEnvironment(
  migrate: (config: string) => Promise<Ended>,
): Promise<ChaosEnvironment> {
  await installPrograms(console.error);
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-chaos-'));
  let keep = false;
  stack.defer(async () => {
    if (!keep) await rm(folder, { recursive: true, force: true });
  });
  const postgres = stack.use(await startPostgres({ durable: false }));
  // In their own folders they keep their data after a kill.
  const redis = stack.use(await startRedis({ folder: join(folder, 'redis') }));
  const ldif = ldifOf(firstEntries());
  const slapd = stack.use(await startSlapd({ ldif, baseDn: 'dc=test', folder: join(folder, 'slapd') }));
  const servers = { postgres, redis, slapd };
  await createDatabase(postgres, 'app');
  const databaseUrl = postgres.urlOf('app');
  const proxies = {
    postgres: stack.use(await startFaultProxy(postgres.port)),
    redis: stack.use(await startFaultProxy(redis.port)),
    slapd: stack.use(await startFaultProxy(slapd.port)),
  };
  const config = join(folder, 'rollcall.yaml');
  await writeFile(config, JSON.stringify(configOf(servers, proxies)));
  const { code, stderr } = await migrate(config);
  if (code !== 0) throw new Error(`the migration failed: ${stderr}`);
  await seed(databaseUrl);
  const kept = stack.move();
  const keepLogs = () => {
    keep = true;
  };
  const end = { keepLogs, [Symbol.asyncDispose]: () => kept.disposeAsync() };
  return { servers, proxies, databaseUrl, config, folder, ...end };
}

function configOf(
  { postgres, slapd }: ChaosEnvironment['servers'],
  proxies: ChaosEnvironment['proxies'],
): object {
  const database = new URL(postgres.urlOf('app'));
  database.port = String(proxies.postgres.port);
  return {
    database: { url: database.href },
    redis: { url: `redis://127.0.0.1:${proxies.redis.port}`, prefix: 'chaos' },
    http: { host: '127.0.0.1', port: 0, tokens: [] },
    directories: [
      {
        name: 'corp',
        urls: [`ldap://127.0.0.1:${proxies.slapd.port}`],
        allowPlaintext: true,
        bindDn: slapd.bindDn,
        bindPassword: slapd.bindPassword,
        schedule: '*/1 * * * * *',
        fullReadEvery: '2s',
        pageSize: 10,
        connectTimeout: '2s',
        operationTimeout: '5s',
        runTimeout: '20s',
        users: { baseDn: 'ou=people,dc=test' },
        groups: { baseDn: 'ou=groups,dc=test' },
        // Wide limits: held removals would only hide the effects of the faults.
        guard: {
          memberRemovals: { percent: 60, count: 150 },
          groupMemberRemovals: { percent: 90, count: 20 },
          groupRemovals: { percent: 40, count: 12 },
          window: '0s',
        },
        mappings: [{ team: 'platform', name: '{cn}', projects: ['api'] }],
      },
    ],
  };
}

/** All users, a team, and two manual groups, one of which has a name that the directory requests. */
async function seed(databaseUrl: string): Promise<void> {
  const db = await openDatabase({ url: databaseUrl, poolSize: 1 });
  await rowsOf(db, sql`insert into auth_user (username) select unnest(${[...PEOPLE, TWIN]}::text[])`);
  await rowsOf(
    db,
    sql`
      with made as (insert into team (slug, name) values ('platform', 'Platform') returning id)
      insert into project (team_id, slug, name) select id, 'api', 'API' from made`,
  );
  await rowsOf(
    db,
    sql`
      with made as (
        insert into access_group (team_id, name) select id, unnest(${[HANDMADE, 'by hand']}::text[]) from team returning id)
      insert into access_group_members (access_group_id, user_id)
      select made.id, u.id from made, auth_user u where u.username in ('p3', 'p4', 'p59')`,
  );
  await closeDatabase(db);
}
