/** For `rollcall snapshot` and `rollcall plan --snapshot`: saves what a plan reads, and plans from it. */
import { randomBytes } from 'node:crypto';
import { createAnonymiser } from '../../directory/anonymise/anonymiser.ts';
import { inputsLine } from '../../directory/recording/inputs.ts';
import { FORMAT, type Header, notASnapshot } from '../../directory/recording/lines.ts';
import { recordReads } from '../../directory/recording/record-reads.ts';
import { loadRecording } from '../../directory/recording/recording.ts';
import { openReplay, type Read } from '../../directory/recording/replay.ts';
import { serveRecording } from '../../directory/recording/serve-recording.ts';
import { createSnapshotFile, readSnapshotFile } from '../../directory/recording/snapshot-file.ts';
import { DirectoryError, messageOf, UsageError } from '../../errors.ts';
import { configDigest } from '../../jobs/planning/config-digest.ts';
import {
  planDirectory,
  planRead,
  planWithState,
  type ReadInput,
  readAndLoad,
} from '../../jobs/planning/plan-directory.ts';
import type { PlanPorts, ReadOptions } from '../../jobs/planning/plan-ports.ts';
import type { Planned } from '../../model/run.ts';
import type { DirectorySettings, Settings } from '../../model/settings.ts';
import type { ReadCounts, Snapshot } from '../../model/snapshot.ts';
import { directoryState } from '../../store/current/directory-state.ts';
import type { Database } from '../../store/database/database.ts';
import { VERSION } from '../../version.ts';
import { anonymiseHeader, anonymiseInputs } from '../anonymise/inputs.ts';
import { namingAttributes } from '../anonymise/settings.ts';
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
  /** Whether all names are replaced by pseudonyms. */
  readonly anonymise: boolean;
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
  { replace, anonymise, onProgress, signal: stop }: SaveOptions,
): Promise<SavedSnapshot> {
  await using target = await createSnapshotFile(file, { replace });
  await using records = await openRecords(settings);
  const disk = new AbortController();
  const signal = AbortSignal.any([disk.signal, stop]);
  target.failed.catch(error => disk.abort(error));
  const anonymiser = anonymise ? createAnonymiser(namingAttributes(directory)) : undefined;
  let entries = 0;
  const readDirectory = recordReads(
    lines => {
      for (const line of lines) if ('dn' in line) entries += 1;
      return target.write(anonymiser ? lines.map(anonymiser.line) : lines);
    },
    () => Date.now(),
  );
  const header = headerOf(directory);
  await target.write([anonymiser ? anonymiseHeader(header, anonymiser) : header]);
  let input: ReadInput | undefined;
  const options = { signal, onProgress };
  const failure = await planAll({ db: records.db, readDirectory }, directory, options, read => {
    input = read;
  }).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof DirectoryError && !signal.aborted) return error;
      throw error;
    },
  );
  if (anonymiser) await target.write([inputsLine(await anonymiseInputs(directory, input, anonymiser))]);
  signal.throwIfAborted();
  await target.write([{ end: { entries } }]);
  const bytes = await target.finish();
  return { directory: directory.name, entries, bytes, ...(failure && { failure }) };
}

/** Plans from a read of everything. `onRead` receives it. */
async function planAll(
  ports: PlanPorts,
  directory: DirectorySettings,
  options: ReadOptions,
  onRead: (input: ReadInput) => void,
): Promise<void> {
  const input = await readAndLoad(ports, directory, await directoryState(ports.db, directory.name), options);
  onRead(input);
  await planRead(ports.readDirectory, input, options);
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
  /** As `plan`, with the configuration and the state of the database in the snapshot. undefined: it is not anonymised. */
  readonly planAlone?: () => Promise<Planned>;
  /** Returns what the first read of the snapshot found. Throws as `plan`. */
  readonly read: (directory: DirectorySettings) => Promise<Snapshot>;
}

/** @throws UsageError for a file that is no snapshot */
export async function openSnapshot(file: string): Promise<OpenedSnapshot> {
  const recording = await loadRecording(readSnapshotFile(file));
  const planOf = async (plan: (readDirectory: Read) => Promise<Planned>) => {
    await using replay = await openReplay(recording);
    const planned = await plan(replay.readDirectory);
    const derived = replay.derived();
    return derived === 0 ? planned : withWarning(planned, derived);
  };
  const { inputs, reads } = recording;
  return {
    directory: recording.header.directory,
    plan: (db, directory) =>
      planOf(readDirectory => planDirectory({ db, readDirectory, now: () => new Date() }, directory)),
    ...(inputs && {
      planAlone: () =>
        planOf(readDirectory =>
          planWithState(readDirectory, inputs.settings, {
            position: reads[0]?.position,
            current: () => inputs.current ?? refuse(),
          }),
        ),
    }),
    read: async directory => {
      await using replay = await openReplay(recording);
      return await replay.readDirectory(directory, {});
    },
  };
}

function refuse(): never {
  throw notASnapshot();
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
