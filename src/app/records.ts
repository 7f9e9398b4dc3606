/** The database, opened for the questions that commands and the service ask it. */
import { readDirectory } from '../directory/read.ts';
import { UnavailableError } from '../errors.ts';
import { planDirectory } from '../jobs/plan-directory.ts';
import { planFrom } from '../jobs/plan-from.ts';
import type { Abandoned } from '../model-ownership.ts';
import { nextFire } from '../queue/schedule.ts';
import type { DirectoryStatus, Finding, Planned, Progress, Run, RunGroup, WebhookStatus } from '../run.ts';
import type { DirectorySettings, Settings } from '../settings.ts';
import { closeDatabase, type Database, isWritable, openDatabase, pingDatabase } from '../store/database.ts';
import { migrateDown, migrateUp, migrationStatus } from '../store/migrate.ts';
import { webhookStatus } from '../store/notices.ts';
import { abandonedDirectories } from '../store/ownership/abandoned.ts';
import { getRun, listRuns, runGroups } from '../store/runs.ts';
import { directoryStatus } from '../store/status.ts';
import { followRun } from './following.ts';

const HOUR_MS = 3_600_000;

/** The database, as the questions that commands ask it. */
export interface Records extends AsyncDisposable {
  readonly db: Database;
  plan(directory: DirectorySettings, options: { readonly group?: string }): Promise<Planned>;
  status(): Promise<DirectoryStatus[]>;
  /** Directories that own AccessGroups and are not configured. */
  abandoned(): Promise<readonly Abandoned[]>;
  webhooks(): Promise<WebhookStatus[]>;
  /** Whether PostgreSQL takes changes. */
  writable(): Promise<boolean>;
  listRuns(page: {
    readonly directory?: string;
    readonly limit: number;
    readonly before?: number;
  }): Promise<Run[]>;
  getRun(id: number): Promise<Run | undefined>;
  runGroups(id: number): Promise<readonly RunGroup[]>;
  /** How far a run is, until it is over. */
  follow(id: number, everyMs: number): AsyncIterable<Progress>;
  readonly migrations: {
    up(): Promise<string[]>;
    down(): Promise<string[]>;
    status(): Promise<{ applied: string[]; pending: string[] }>;
  };
}

/**
 * Opens the database. Throws UnavailableError when it does not answer, or when its schema is not the one this build
 * knows (unless `migrated: false` says that this is what the caller is about to mend).
 */
export async function openRecords(settings: Settings, { migrated = true } = {}): Promise<Records> {
  const db = await openDatabase(settings.database, migrated ? {} : { statementMs: HOUR_MS });
  if (migrated) await requireMigrations(db);
  return {
    db,
    plan: (directory, options) => planDirectory(planFrom(db, readDirectory), directory, options),
    status: () => statusOf(db, settings),
    abandoned: () => abandonedOf(db, settings),
    webhooks: () => webhooksOf(db, settings),
    writable: () => isWritable(db),
    listRuns: page => listRuns(db, page),
    getRun: id => getRun(db, id),
    runGroups: id => runGroups(db, id),
    follow: (id, everyMs) => followRun(db, id, { everyMs }),
    migrations: { up: () => migrateUp(db), down: () => migrateDown(db), status: () => migrationStatus(db) },
    [Symbol.asyncDispose]: () => closeDatabase(db),
  };
}

async function requireMigrations(db: Database): Promise<void> {
  const { pending } = await migrationStatus(db);
  if (pending.length === 0) return;
  await closeDatabase(db);
  throw new UnavailableError(
    `the database schema is not up to date (${pending.join(', ')}): run "rollcall migrate up"`,
  );
}

/** Every configured directory with its next start. */
export async function statusOf(db: Database, { directories }: Settings): Promise<DirectoryStatus[]> {
  const found = await directoryStatus(
    db,
    directories.map(directory => directory.name),
  );
  return found.map(status => {
    const directory = directories.find(({ name }) => name === status.name);
    return { ...status, nextRunAt: directory && nextFire(directory.schedule, directory.timezone) };
  });
}

/** Directories that own AccessGroups and are not configured. */
export function abandonedOf(db: Database, { directories }: Settings): Promise<readonly Abandoned[]> {
  return abandonedDirectories(
    db,
    directories.map(({ name }) => name),
  );
}

/** How well each configured webhook is reached. */
export function webhooksOf(db: Database, { notify }: Settings): Promise<WebhookStatus[]> {
  return webhookStatus(
    db,
    notify.webhooks.map(({ name }) => name),
  );
}

/** Whether the database answers and takes changes. Throws UnavailableError where it does not answer. */
export async function databaseFinding(db: Database): Promise<Finding> {
  const subject = 'database';
  await pingDatabase(db);
  if (await isWritable(db)) return { subject, level: 'ok', message: 'answers' };
  return {
    subject,
    level: 'fail',
    message: 'PostgreSQL is read-only: nothing can be changed',
    fix: 'point database.url at the primary, or see why it takes no changes (default_transaction_read_only)',
  };
}

/** Whether the schema is the one this build knows. */
export async function migrationsFinding(db: Database): Promise<Finding> {
  const subject = 'migrations';
  const { pending } = await migrationStatus(db);
  if (pending.length === 0) return { subject, level: 'ok', message: 'at head' };
  return { subject, level: 'fail', message: `${pending.length} pending`, fix: 'run "rollcall migrate up"' };
}
