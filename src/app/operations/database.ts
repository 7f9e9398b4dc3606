/** Opens the database, and answers the queries of commands and the service. */
import { readBoth, readDirectory } from '../../directory/read/read-directory.ts';
import { ConfigError, UnavailableError } from '../../errors.ts';
import { planAgainst } from '../../jobs/planning/plan-against.ts';
import { planDirectory } from '../../jobs/planning/plan-directory.ts';
import type { Comparison, DirectoryRules } from '../../model/operations/comparison.ts';
import type { RunOperations } from '../../model/operations/runs.ts';
import type { WaitingOperations } from '../../model/operations/waiting.ts';
import type { Finding, Planned, Progress, RunGroup } from '../../model/run.ts';
import type { DirectorySettings, Settings } from '../../model/settings.ts';
import { adoptAudit } from '../../store/audit/other-server.ts';
import { inspectDatabase, missingViews } from '../../store/check/inspect.ts';
import { ownerFindings } from '../../store/check/rights.ts';
import { type RunningRules, runningRules } from '../../store/current/directory-rules.ts';
import { closeDatabase, type Database, openDatabase } from '../../store/database/database.ts';
import { installationId } from '../../store/database/installation.ts';
import {
  type MigrationStatus,
  migrateDown,
  migrateUp,
  migrationStatus,
} from '../../store/database/migrate.ts';
import { getRun, listRuns, runGroups } from '../../store/runs/request.ts';
import { getWaiting, listWaiting } from '../../store/runs/waiting.ts';
import { followRun } from './run-progress.ts';
import { type InstallationStatus, installationStatus } from './status.ts';

const HOUR_MS = 3_600_000;

export interface Migrated {
  /** Names of migrations. */
  readonly applied: string[];
  /** The number of audit rows that came from another server. */
  readonly adopted: number;
}

/** The database queries of the commands. */
export interface Records extends Pick<RunOperations, 'listRuns' | 'getRun'>, AsyncDisposable {
  readonly db: Database;
  /** The identity of the installation. */
  readonly installation: string;
  plan(
    directory: DirectorySettings,
    limit: { readonly group?: string; readonly user?: string },
  ): Promise<Planned>;
  /** Compares a proposed configuration of a directory with the rules in use; undefined: the directory is new. */
  planAgainst(proposed: DirectorySettings, rules: DirectoryRules | undefined): Promise<Comparison>;
  /** The rules that the last run of each directory used. */
  runningRules(): Promise<readonly RunningRules[]>;
  status(): Promise<InstallationStatus>;
  runGroups(id: number): Promise<readonly RunGroup[]>;
  readonly waiting: WaitingOperations;
  /** Yields the progress of a run until it ends. */
  follow(id: number, everyMs: number): AsyncIterable<Progress>;
  readonly migrations: {
    up(): Promise<Migrated>;
    down(): Promise<string[]>;
    status(): Promise<MigrationStatus>;
  };
}

/**
 * Opens the database. Throws UnavailableError if it does not answer, or if its schema is not up to date. Callers that
 * migrate or check the schema pass `migrated: false`.
 */
export async function openRecords(settings: Settings, { migrated = true } = {}): Promise<Records> {
  const db = await openDatabase(settings.database, migrated ? {} : { statementMs: HOUR_MS });
  if (migrated) await requireMigrations(db);
  return {
    db,
    installation: await installationId(db),
    plan: (directory, limit) => planDirectory({ db, readDirectory, now: () => new Date() }, directory, limit),
    planAgainst: (proposed, rules) => planAgainst({ db, readDirectory, readBoth }, proposed, rules),
    runningRules: () => runningRules(db),
    status: () => installationStatus(db, settings),
    listRuns: page => listRuns(db, page),
    getRun: id => getRun(db, id),
    runGroups: id => runGroups(db, id),
    waiting: { list: directory => listWaiting(db, directory), get: digest => getWaiting(db, digest) },
    follow: (id, everyMs) => followRun(db, id, { everyMs }),
    migrations: {
      up: () => inspectAndMigrate(db, settings),
      down: () => migrateBack(db),
      status: () => migrationStatus(db),
    },
    [Symbol.asyncDispose]: () => closeDatabase(db),
  };
}

/** Throws ConfigError if the database does not have what the configuration says, before anything is written. */
async function inspectAndMigrate(db: Database, settings: Settings): Promise<Migrated> {
  requireNone(await ownerFindings(db));
  requireNone(await inspectDatabase(db, createdBy(settings), { migrates: true }));
  return { applied: await migrateUp(db), adopted: await adoptAudit(db) };
}

async function migrateBack(db: Database): Promise<string[]> {
  requireNone(await ownerFindings(db));
  return migrateDown(db);
}

/** Throws ConfigError if the database does not have what the configuration says. For a process that starts. */
export async function requireTables(db: Database, settings: Settings): Promise<void> {
  requireNone(await inspectDatabase(db, createdBy(settings)));
}

function requireNone(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  throw new ConfigError(findings.map(({ subject, message, fix }) => `${subject}: ${message}; ${fix ?? ''}`));
}

/** What the schema and the application's tables lack. */
export async function tableFindings(db: Database, settings: Settings): Promise<Finding[]> {
  const findings = await inspectDatabase(db, createdBy(settings));
  if (findings.length > 0 || settings.database.core === undefined) return findings;
  return [{ subject: 'application tables', level: 'ok', message: 'fit' }];
}

function createdBy({ directories }: Settings) {
  return {
    users: directories.some(({ users }) => users.onUnknown === 'create'),
    teams: directories.some(({ mappings }) => mappings.some(({ createTeam }) => createTeam)),
  };
}

async function requireMigrations(db: Database): Promise<void> {
  const { pending, newer } = await migrationStatus(db);
  if (pending.length + newer.length === 0) return;
  await closeDatabase(db);
  if (newer.length > 0) throw new UnavailableError(`${newerSchema(newer)}: ${NEWER_FIX}`);
  throw new UnavailableError(
    `the database schema is not up to date (${pending.join(', ')}): run "rollcall migrate up"`,
  );
}

const NEWER_FIX = 'install the version that migrated it';

function newerSchema(newer: readonly string[]): string {
  return `the database schema is newer than this version of Rollcall (${newer.join(', ')})`;
}

/** Checks that the database schema is up to date. */
export async function migrationsFinding(db: Database): Promise<Finding> {
  const subject = 'migrations';
  const { pending, newer } = await migrationStatus(db);
  if (newer.length > 0) return { subject, level: 'fail', message: newerSchema(newer), fix: NEWER_FIX };
  const missing = await missingViews(db);
  if (missing.length > 0) {
    const message = `the application's tables cannot be read, because these views are missing: ${missing.join(', ')}`;
    return { subject, level: 'fail', message, fix: 'run "rollcall migrate up"' };
  }
  if (pending.length === 0) return { subject, level: 'ok', message: 'at head' };
  return { subject, level: 'fail', message: `${pending.length} pending`, fix: 'run "rollcall migrate up"' };
}
