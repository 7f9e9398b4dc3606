/** The servers of every measurement: its own OpenLDAP, PostgreSQL and Redis, and an organisation in them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../../src/model/settings.ts';
import type { TokenSettings } from '../../../src/model/sign-in/settings.ts';
import { closeDatabase, openDatabase } from '../../../src/store/database/database.ts';
import { migrateUp } from '../../../src/store/database/migrate.ts';
import { installPrograms } from '../../install/servers.ts';
import type { Organisation } from '../../organisation/model/model.ts';
import { seedApplication } from '../../organisation/truth/seed.ts';
import { directorySettings } from '../../organisation/truth/settings.ts';
import { ldif } from '../../organisation/write/ldif.ts';
import { createDatabase, type Postgres, startPostgres } from '../../servers/postgres.ts';
import { type Redis, startRedis } from '../../servers/redis.ts';
import { type Slapd, startSlapd } from '../../servers/slapd.ts';

export interface Testbed {
  readonly organisation: Organisation;
  /** For files of a measurement; removed with the stack. */
  readonly folder: string;
  readonly slapd: Slapd;
  readonly postgres: Postgres;
  readonly redis: Redis;
}

/** Installs missing programs, starts the servers and loads the directory; the stack stops them. */
export async function startTestbed(
  organisation: Organisation,
  stack: AsyncDisposableStack,
  settings: Readonly<Record<string, string>> = {},
): Promise<Testbed> {
  say(
    `organisation ${organisation.size}: ${organisation.people.length} people, ${organisation.groups.length} groups`,
  );
  await installPrograms(say);
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'organisation.ldif');
  await writeFile(file, ldif(organisation));
  const slapd = stack.use(await startSlapd({ ldif: { file } }));
  const postgres = stack.use(await startPostgres({ settings: { shared_buffers: '512MB', ...settings } }));
  const redis = stack.use(await startRedis());
  return { organisation, folder, slapd, postgres, redis };
}

/** A database with the schema and the data of the application, before a first sync. Resolves with its URL. */
export async function freshDatabase({ organisation, postgres }: Testbed, name: string): Promise<string> {
  await createDatabase(postgres, name);
  const url = postgres.urlOf(name);
  const db = await openDatabase({ url, poolSize: 2 });
  await migrateUp(db);
  await closeDatabase(db);
  await seedApplication(url, organisation);
  return url;
}

/** The measured configuration, for one of the databases. */
export function settingsOn(
  { organisation, slapd, redis }: Testbed,
  { url, prefix = 'bench', tokens = [] }: { url: string; prefix?: string; tokens?: readonly TokenSettings[] },
): Settings {
  return {
    database: { url, poolSize: 10 },
    redis: { url: redis.url, prefix },
    http: { host: '127.0.0.1', port: 0, tokens, requestsPerMinute: 0 },
    log: { level: 'error' },
    worker: { concurrency: 4 },
    notify: { webhooks: [] },
    retention: { runsMs: undefined, auditMs: undefined },
    directories: [directorySettings(organisation, slapd)],
  };
}

/** One line of progress. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
