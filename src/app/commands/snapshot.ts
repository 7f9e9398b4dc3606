/** For `rollcall snapshot` and `rollcall plan --snapshot`: saves what a plan reads, and plans from it. */
import { randomBytes } from 'node:crypto';
import { FORMAT, type Header } from '../../directory/recording/lines.ts';
import { recordReads } from '../../directory/recording/record-reads.ts';
import { loadRecording } from '../../directory/recording/recording.ts';
import { openReplay } from '../../directory/recording/replay.ts';
import { serveRecording } from '../../directory/recording/serve-recording.ts';
import { createSnapshotFile, readSnapshotFile } from '../../directory/recording/snapshot-file.ts';
import { DirectoryError, messageOf, UsageError } from '../../errors.ts';
import { configDigest } from '../../jobs/planning/config-digest.ts';
import { planDirectory } from '../../jobs/planning/plan-directory.ts';
import type { Planned } from '../../model/run.ts';
import type { DirectorySettings, Settings } from '../../model/settings.ts';
import type { ReadCounts, Snapshot } from '../../model/snapshot.ts';
import type { Database } from '../../store/database/database.ts';
import { VERSION } from '../../version.ts';
import { openRecords } from '../operations/database.ts';

export interface SavedSnapshot {
  readonly directory: string;
  readonly entries: number;
  /** The size of the file. */
  readonly bytes: number;
  /** Why the directory could not be read. The file then shows what the server answered. */
  readonly failure?: DirectoryError;
}

interface SaveOptions {
  readonly replace: boolean;
  readonly onProgress: (counts: ReadCounts) => void;
  /** Nothing is saved if it aborts. */
  readonly signal: AbortSignal;
}

/**
 * Plans a directory, and saves what the plan read. A read that fails is saved too.
 * @throws UsageError if the file exists, unless it may be replaced; the error of the disk
 */
export async function saveSnapshot(
  settings: Settings,
  directory: DirectorySettings,
  file: string,
  { replace, onProgress, signal: stop }: SaveOptions,
): Promise<SavedSnapshot> {
  await using target = await createSnapshotFile(file, { replace });
  await using records = await openRecords(settings);
  const disk = new AbortController();
  const signal = AbortSignal.any([disk.signal, stop]);
  target.failed.catch(error => disk.abort(error));
  let entries = 0;
  const readDirectory = recordReads(
    lines => {
      for (const line of lines) if ('dn' in line) entries += 1;
      return target.write(lines);
    },
    () => Date.now(),
  );
  await target.write([headerOf(directory)]);
  const ports = { db: records.db, readDirectory, now: () => new Date() };
  const failure = await planDirectory(ports, directory, { signal, onProgress }).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof DirectoryError && !signal.aborted) return error;
      throw error;
    },
  );
  signal.throwIfAborted();
  await target.write([{ end: { entries } }]);
  const bytes = await target.finish();
  return { directory: directory.name, entries, bytes, ...(failure && { failure }) };
}

function headerOf(directory: DirectorySettings): Header {
  const { name, vendor, users, groups } = directory;
  return {
    rollcall: 'snapshot',
    format: FORMAT,
    version: VERSION,
    savedAt: new Date().toISOString(),
    directory: name,
    vendor,
    users: { baseDn: users.baseDn },
    groups: { baseDn: groups.baseDn },
    configuration: configDigest(directory),
  };
}

export interface OpenedSnapshot {
  /** The name of the directory that was read. */
  readonly directory: string;
  /**
   * Returns what a sync of this directory would do if the server gave the answers of the snapshot. Throws what the reads of the
   * snapshot threw, and DirectoryError if it has no answer to a request.
   */
  readonly plan: (db: Database, directory: DirectorySettings) => Promise<Planned>;
  /** Returns what the first read of the snapshot found. Throws as `plan`. */
  readonly read: (directory: DirectorySettings) => Promise<Snapshot>;
}

/** @throws UsageError for a file that is no snapshot */
export async function openSnapshot(file: string): Promise<OpenedSnapshot> {
  const recording = await loadRecording(readSnapshotFile(file));
  return {
    directory: recording.header.directory,
    plan: async (db, directory) => {
      await using replay = await openReplay(recording);
      const { readDirectory } = replay;
      const planned = await planDirectory({ db, readDirectory, now: () => new Date() }, directory);
      const derived = replay.derived();
      return derived === 0 ? planned : withWarning(planned, derived);
    },
    read: async directory => {
      await using replay = await openReplay(recording);
      return await replay.readDirectory(directory, {});
    },
  };
}

export interface ServedSnapshot extends AsyncDisposable {
  readonly url: string;
  /** The only account. */
  readonly bindDn: string;
  readonly bindPassword: string;
}

/** Serves a snapshot to LDAP clients of this machine. @throws UsageError for a file that is no snapshot, or a port in use */
export async function serveSnapshot(file: string, port: number): Promise<ServedSnapshot> {
  const account = { dn: 'cn=snapshot', password: randomBytes(16).toString('base64url') };
  const recording = await loadRecording(readSnapshotFile(file));
  const listener = await serveRecording(recording, account, port).catch((error: unknown) => {
    throw new UsageError(`port ${port} cannot be used: ${messageOf(error)}`, { cause: error });
  });
  return {
    url: `ldap://127.0.0.1:${listener.port}`,
    bindDn: account.dn,
    bindPassword: account.password,
    [Symbol.asyncDispose]: () => listener.close(),
  };
}

function withWarning({ plan, ...planned }: Planned, derived: number): Planned {
  const warning = `${derived} searches are not in the snapshot: its entries answered them, which a server might not show`;
  return { ...planned, plan: { ...plan, warnings: [...plan.warnings, warning] } };
}
