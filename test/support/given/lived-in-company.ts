/** A directory, an application with existing data, and the real jobs without a queue: tests run every task. */
import { sql } from 'kysely';
import type { Organisation } from '../../../dev/organisation/model/model.ts';
import { seedApplication } from '../../../dev/organisation/truth/seed.ts';
import { directorySettings } from '../../../dev/organisation/truth/settings.ts';
import type { Truth } from '../../../dev/organisation/truth/truth.ts';
import { ldif } from '../../../dev/organisation/write/ldif.ts';
import type { DirectoryServer } from '../../../dev/servers/directory.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { readMarker } from '../../../src/directory/session/change-marker.ts';
import { reconcileBatch } from '../../../src/jobs/reconcile-batch.ts';
import { syncDirectory } from '../../../src/jobs/sync-directory.ts';
import { createLog } from '../../../src/log.ts';
import type { Run, RunTrigger } from '../../../src/model/run.ts';
import type { RunStatus } from '../../../src/model/run-status.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { query } from '../../../src/store/database/sql.ts';
import { getRun, requestRun, runGroups } from '../../../src/store/runs/request.ts';
import { type FreshDatabase, freshDatabase } from '../servers/database.ts';
import { startSlapd } from '../servers/slapd.ts';

/** Every run writes its own record and the time of the last complete read. */
const RECORDS_OF_RUNS = ['sync_run', 'sync_run_id_seq', 'run_total', 'directory_state'];

export interface LivedInCompany extends AsyncDisposable {
  readonly server: DirectoryServer;
  readonly db: Database;
  readonly directory: DirectorySettings;
  /** Runs a whole sync: read, plan, save, and every task. Default trigger: a manual request. */
  sync(trigger?: RunTrigger): Promise<Run>;
  /** The managed AccessGroups and their members, in the form of the reference data. */
  managed(): Promise<Truth>;
  /** Runs one more sync and returns what it wrote: changed tables and sequences, and groups that it changed. */
  syncForNothing(): Promise<{ status: RunStatus; written: string[] }>;
}

function startOpenldap(organisation: Organisation): Promise<DirectoryServer> {
  return startSlapd({ ldif: [...ldif(organisation)] });
}

/**
 * Starts a directory with the organisation (OpenLDAP unless another `start` is given) and a database with the local
 * users, teams and manual groups, unless `open` opens another one.
 */
export async function openLivedInCompany(
  organisation: Organisation,
  start: (organisation: Organisation) => Promise<DirectoryServer> = startOpenldap,
  open: (organisation: Organisation) => Promise<FreshDatabase> = openSeeded,
): Promise<LivedInCompany> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await start(organisation));
  const { db } = stack.use(await open(organisation));
  const directory = directorySettings(organisation, server);
  const kept = stack.move();
  return {
    server,
    db,
    directory,
    sync: trigger => syncOnce(db, directory, trigger),
    managed: () => managedGroups(db),
    syncForNothing: () => syncForNothing(db, directory),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function openSeeded(organisation: Organisation): Promise<FreshDatabase> {
  const fresh = await freshDatabase();
  await seedApplication(fresh.settings.url, organisation);
  return fresh;
}

async function syncOnce(
  db: Database,
  directory: DirectorySettings,
  trigger: RunTrigger = 'manual',
): Promise<Run> {
  const ports = { db, log: createLog({ level: 'silent' }), owner: 'test', leaseMs: 60_000 };
  const { run } = await requestRun(db, { directory: directory.name, trigger, mode: 'apply' });
  const tasks: number[] = [];
  const enqueueBatches = async (_run: number, batches: readonly number[]) => void tasks.push(...batches);
  await syncDirectory(
    { ...ports, directories: [directory], readDirectory, readMarker, enqueueBatches, now: () => new Date() },
    run.id,
    new AbortController().signal,
  );
  for (const batch of tasks) await reconcileBatch(ports, run.id, batch);
  const finished = await getRun(db, run.id);
  if (finished === undefined) throw new Error(`run ${run.id} is gone`);
  return finished;
}

async function managedGroups(db: Database): Promise<Truth> {
  const rows = await query(
    db.orm.em.fork(),
    sql<{ team: string; name: string; members: string[] }>`
      select t.slug as team, g.name, coalesce(array_agg(u.username) filter (where u.id is not null), '{}') as members
      from access_group g
      join team t on t.id = g.team_id
      left join access_group_members m on m.access_group_id = g.id
      left join auth_user u on u.id = m.user_id
      where g.managed
      group by t.slug, g.id`,
  );
  const truth = new Map<string, Map<string, readonly string[]>>();
  for (const { team, name, members } of rows) {
    const groups = truth.get(team) ?? new Map<string, readonly string[]>();
    truth.set(team, groups.set(name, members.sort()));
  }
  return truth;
}

async function syncForNothing(
  db: Database,
  directory: DirectorySettings,
): Promise<{ status: RunStatus; written: string[] }> {
  const before = await rowVersions(db);
  const { id, status } = await syncOnce(db, directory);
  const after = await rowVersions(db);
  const names = Object.keys(after).filter(name => after[name] !== before[name]);
  const groups = await runGroups(db, id);
  return { status, written: [...names, ...groups.map(group => `${group.team}/${group.name}`)] };
}

/**
 * Row versions of every table and the state of every sequence; equal values mean that nothing was written in between.
 */
async function rowVersions(db: Database): Promise<Record<string, string>> {
  const em = db.orm.em.fork();
  const tables = await query(
    em,
    sql<{ schema: string; name: string }>`
      select schemaname as schema, tablename as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const versions: Record<string, string> = {};
  for (const { schema, name } of tables.filter(table => !RECORDS_OF_RUNS.includes(table.name))) {
    const [row] = await query(
      em,
      sql<{ version: string }>`
        select count(*) || ' rows, ' || md5(coalesce(string_agg(ctid || ':' || xmin, ',' order by ctid), '')) as version
        from ${sql.id(schema, name)}`,
    );
    versions[schema === db.schema ? name : `${schema}.${name}`] = row?.version ?? '';
  }
  const sequences = await query(
    em,
    sql<{ name: string; last: string }>`
      select sequencename as name, coalesce(last_value::text, 'unused') as last
      from pg_sequences`,
  );
  for (const { name, last } of sequences.filter(one => !RECORDS_OF_RUNS.includes(one.name)))
    versions[name] = last;
  return versions;
}
