/** One run over one directory: claim → (unchanged?) → read → plan → guard → save → enqueue → record. */
import { createHash } from 'node:crypto';
import { DirectoryError, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { describeCounts } from '../plan/describe.ts';
import type { Planned, Run, RunCounts } from '../run.ts';
import type { DirectorySettings } from '../settings.ts';
import { loadCurrent } from '../store/current.ts';
import type { Database } from '../store/database.ts';
import { completeRun, failRun, finishRun } from '../store/finish.ts';
import { claimRun, heartbeat, releaseRun } from '../store/lease.ts';
import { renameGroups } from '../store/rename.ts';
import { savePlan } from '../store/save.ts';
import { directoryState } from '../store/state.ts';
import { planDirectory, type ReadDirectory } from './plan-directory.ts';
import { withLease } from './with-lease.ts';

export interface SyncPorts {
  readonly db: Database;
  readonly log: Log;
  readonly directories: readonly DirectorySettings[];
  readonly readDirectory: ReadDirectory;
  readonly readMarker: (
    settings: DirectorySettings,
  ) => Promise<{ server: string; marker: string | undefined }>;
  readonly enqueueBatches: (run: number, batches: readonly number[]) => Promise<void>;
  /** Names this process in leases. */
  readonly owner: string;
  readonly leaseMs: number;
  readonly now: () => Date;
}

/**
 * Takes a queued run as far as its tasks. 'busy': another run of the directory is going on, come back later.
 * A directory that cannot be read ends the run as failed and is no error of this function; a database or queue that is
 * away is, and the queue tries again.
 */
export async function syncDirectory(
  ports: SyncPorts,
  id: number,
  signal: AbortSignal,
): Promise<'done' | 'busy'> {
  const claim = await claimRun(ports.db, id, ports);
  if (claim.kind !== 'claimed') return claim.kind === 'busy' ? 'busy' : 'done';
  const { run } = claim;
  const log = ports.log.child({ run: run.id, directory: run.directory });
  const settings = ports.directories.find(directory => directory.name === run.directory);
  if (settings === undefined) {
    const message = `the configuration has no directory "${run.directory}"`;
    await failRun(ports.db, run.id, { owner: ports.owner, code: 'unknown_directory', message });
    return 'done';
  }
  log.info({ trigger: run.trigger, mode: run.mode }, 'run started');
  try {
    if (await isUnchanged(ports, run, settings)) {
      await finishRun(ports.db, run.id, { owner: ports.owner, counts: { unchanged: true } });
      log.info('directory unchanged since its last complete read');
    } else {
      await readAndApply(ports, run, settings, signal, log);
    }
  } catch (error) {
    if (signal.aborted) {
      await releaseRun(ports.db, run.id, ports);
      log.info('run handed back: this process is stopping');
      throw error;
    }
    await recordFailure(ports, run, error, log);
  }
  return 'done';
}

/** A schedule need not read what did not move. A person who asks for a resync always gets a read. */
async function isUnchanged(ports: SyncPorts, run: Run, settings: DirectorySettings): Promise<boolean> {
  if (run.trigger !== 'schedule' || run.mode !== 'apply') return false;
  const last = await directoryState(ports.db, run.directory);
  if (last?.marker === undefined || last.lastCompleteAt === undefined) return false;
  if (last.configDigest !== configDigest(settings)) return false;
  if (ports.now().getTime() - last.lastCompleteAt.getTime() >= settings.fullReadEveryMs) return false;
  const { server, marker } = await ports.readMarker(settings);
  return marker === last.marker && server === last.server;
}

async function readAndApply(
  ports: SyncPorts,
  run: Run,
  settings: DirectorySettings,
  outer: AbortSignal,
  log: Log,
) {
  const { db, owner, leaseMs } = ports;
  const deadline = AbortSignal.timeout(settings.runTimeoutMs);
  const beat = (counts: RunCounts) => heartbeat(db, run.id, { owner, leaseMs, counts });
  const { planned, batches } = await withLease(
    { beat, leaseMs, outer: AbortSignal.any([outer, deadline]) },
    async (signal, report) => {
      const planned = await planDirectory(
        { readDirectory: ports.readDirectory, loadCurrent: (...wanted) => loadCurrent(db, ...wanted) },
        settings,
        {
          ...(run.group !== undefined && { group: run.group }),
          signal,
          onProgress: read => report({ read }),
        },
      );
      signal.throwIfAborted();
      return { planned, batches: await save(ports, run, settings, planned) };
    },
  );
  log.info(
    { ...planned.plan.counts, held: planned.verdict.holds.length },
    describeCounts(planned.plan.counts),
  );
  for (const reason of planned.verdict.reasons) log.warn({ reason }, 'removals held');
  if (run.mode === 'plan') return;
  await renameGroups(db, run.id);
  await ports.enqueueBatches(run.id, batches);
  const finished = await completeRun(db, run.id);
  if (finished !== undefined) log.info({ status: finished.status }, 'run finished');
}

function save(ports: SyncPorts, run: Run, settings: DirectorySettings, { snapshot, plan, verdict }: Planned) {
  const holds = verdict.holds.map(hold => plan.changes[hold.change]?.remove.length ?? 0);
  const held = {
    groups: holds.length,
    removals: holds.reduce((sum, count) => sum + count, 0),
    reasons: verdict.reasons,
  };
  return savePlan(ports.db, {
    run: run.id,
    owner: ports.owner,
    plan,
    verdict,
    mode: run.mode,
    whole: snapshot.whole,
    state: { marker: snapshot.marker, server: snapshot.server, configDigest: configDigest(settings) },
    counts: { read: snapshot.counts, plan: plan.counts, ...(verdict.reasons.length > 0 && { held }) },
  });
}

async function recordFailure({ db, owner }: SyncPorts, run: Run, error: unknown, log: Log): Promise<void> {
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  if (!(error instanceof DirectoryError) && !timedOut) throw error;
  const code = error instanceof DirectoryError ? error.code : 'run_timeout';
  const message = timedOut ? 'the run took longer than runTimeout; nothing was changed' : messageOf(error);
  await failRun(db, run.id, { owner, code, message });
  log.error({ code, reason: message }, 'run failed; nothing was changed');
}

/** Changes whenever a setting changes that decides what is read or how it is mapped. Secrets are left out. */
function configDigest({
  urls,
  users,
  groups,
  mappings,
  idAttribute,
  protect,
  vendor,
}: DirectorySettings): string {
  const deciding = JSON.stringify({ urls, users, groups, mappings, idAttribute, protect, vendor });
  return createHash('sha256').update(deciding).digest('hex');
}
