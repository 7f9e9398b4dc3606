/** One run over one directory: claim → (unchanged?) → read → plan → guard → save → enqueue → record. */
import { DirectoryError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Run, RunCounts } from '../model/run.ts';
import type { DirectorySettings } from '../model/settings.ts';
import type { ReadCounts, Snapshot } from '../model/snapshot.ts';
import { ownerWarning } from '../plan/people/last-owner.ts';
import { describeCounts } from '../plan/report/describe-plan.ts';
import { hasAllMapped } from '../plan/sets/coverage.ts';
import { recordRules } from '../store/current/directory-rules.ts';
import { directoryState, type LastState } from '../store/current/directory-state.ts';
import { renameGroups } from '../store/reconcile/rename-groups.ts';
import { completeRun, failRun, finishRun } from '../store/runs/finish.ts';
import { loadApproved } from '../store/runs/held.ts';
import { claimRun, heartbeat, releaseRun, savedBatches } from '../store/runs/lease.ts';
import { type PlanToSave, savePlan } from '../store/save/save-plan.ts';
import { afterFailure } from './after-failure.ts';
import { planToSave } from './plan-to-save.ts';
import { keptPosition, readFingerprint } from './planning/config-digest.ts';
import { entriesOfRun } from './planning/hinted-entries.ts';
import { readAndPlan } from './planning/plan-directory.ts';
import type { PlanPorts } from './planning/plan-ports.ts';
import { withLease } from './with-lease.ts';

export interface SyncPorts extends PlanPorts {
  readonly log: Log;
  readonly directories: readonly DirectorySettings[];
  readonly readMarker: (
    settings: DirectorySettings,
    options: { readonly signal: AbortSignal; readonly isKnown: (server: string, marker: string) => boolean },
  ) => Promise<{ server: string; marker: string | undefined }>;
  /** Makes the next read try all servers, also those that failed lately. */
  readonly retryServers?: (settings: DirectorySettings) => void;
  readonly enqueueBatches: (run: number, batches: readonly number[]) => Promise<void>;
  /** Names this process in leases. */
  readonly owner: string;
  readonly leaseMs: number;
  readonly now: () => Date;
}

/**
 * Takes a queued run up to its enqueued batches. Returns 'busy' if another run of the directory is active: retry later. An
 * error before the plan is saved ends the run as failed and is not thrown. Throws if the process stops, or if the database
 * or queue is unavailable; then `resumeWork` continues the run.
 */
export async function syncDirectory(
  ports: SyncPorts,
  id: number,
  signal: AbortSignal,
): Promise<'done' | 'busy'> {
  const { owner, leaseMs } = ports;
  const claim = await claimRun(ports.db, id, { owner, leaseMs, isForeign: run => isForeign(ports, run) });
  if (claim.kind === 'busy') return 'busy';
  if (claim.kind === 'over') return continueSaved(ports, id);
  const { run } = claim;
  const log = ports.log.child({ run: run.id, directory: run.directory });
  const settings = ports.directories.find(directory => directory.name === run.directory);
  if (settings === undefined) {
    const message = `the configuration has no directory "${run.directory}"`;
    await failRun(ports.db, run.id, { owner: ports.owner, code: 'unknown_directory', message });
    return 'done';
  }
  log.info({ trigger: run.trigger, mode: run.mode }, 'run started');
  // A user who repaired a server does not want to wait until it would be tried again.
  if (run.trigger === 'manual') ports.retryServers?.(settings);
  const batches = await readAndSave({ ...ports, run, settings, signal, log });
  if (batches !== undefined) await applyPlan({ ...ports, log }, run.id, batches);
  return 'done';
}

/**
 * Whether another process must do the run, because this one does not have its directory. Another configuration may have
 * it, for example during a rolling change. After FOREIGN_MS, no process has it, and the run fails.
 */
function isForeign({ directories, now }: SyncPorts, { directory, status, queuedAt }: Run): boolean {
  if (status !== 'queued' || directories.some(({ name }) => name === directory)) return false;
  return now().getTime() - queuedAt.getTime() < FOREIGN_MS;
}

const FOREIGN_MS = 10 * 60_000;

/** Everything about one claimed run. */
export interface RunContext extends SyncPorts {
  readonly run: Run;
  readonly settings: DirectorySettings;
  readonly signal: AbortSignal;
}

/** Enqueues the pending batches of a plan whose process stopped or lost its connection right after saving it. */
async function continueSaved(ports: SyncPorts, id: number): Promise<'done'> {
  const batches = await savedBatches(ports.db, id);
  if (batches !== undefined) await applyPlan({ ...ports, log: ports.log.child({ run: id }) }, id, batches);
  return 'done';
}

/** Returns the batches of the saved plan, or undefined if the run has ended. If the process stops, queues it again and throws. */
async function readAndSave(context: RunContext): Promise<readonly number[] | undefined> {
  const { db, run, log } = context;
  try {
    return await underLease(context, planAndSave);
  } catch (error) {
    if (context.signal.aborted) {
      await releaseRun(db, run.id, context);
      log.info('run queued again: this process is stopping');
      throw error;
    }
    return afterFailure(context, run.id, error, log);
  }
}

/** Renews the lease from the claim until the plan is saved. */
export async function underLease<T>(
  context: RunContext,
  work: (context: RunContext, report: (counts: RunCounts) => void) => Promise<T>,
): Promise<T> {
  const { db, owner, leaseMs, run, settings } = context;
  using _kept = db.leases.keep({ run: run.id, owner, leaseMs, forMs: settings.runTimeoutMs });
  const deadline = AbortSignal.timeout(settings.runTimeoutMs);
  const beat = (counts: RunCounts) => heartbeat(db, run.id, { owner, leaseMs, counts });
  const outer = AbortSignal.any([context.signal, deadline]);
  try {
    return await withLease({ beat, leaseMs, outer }, (signal, report) =>
      work({ ...context, signal }, report),
    );
  } catch (error) {
    throw deadline.aborted ? deadline.reason : error;
  }
}

async function planAndSave(
  context: RunContext,
  report: (counts: RunCounts) => void,
): Promise<readonly number[] | undefined> {
  const { db, owner, run, settings, signal, log } = context;
  await recordRules(db, settings);
  const last = await directoryState(db, run.directory);
  if (await isUnchanged(context, last)) {
    await finishRun(db, run.id, { owner, counts: { unchanged: true } });
    log.info('directory unchanged since its last complete read');
    return undefined;
  }
  const saving = await planRun(context, last, report);
  signal.throwIfAborted();
  logPlanned(saving, log);
  const batches = await savePlan(db, saving);
  return run.mode === 'plan' ? undefined : batches;
}

/** Whether a scheduled run can skip the read. A run that a user requested always reads. */
async function isUnchanged(
  { run, settings, signal, now, readMarker }: RunContext,
  last: LastState | undefined,
): Promise<boolean> {
  if (run.trigger !== 'schedule' || run.mode !== 'apply') return false;
  if (last?.marker === undefined || last.lastCompleteAt === undefined) return false;
  const { at } = last.whole ?? { at: last.lastCompleteAt };
  if (now().getTime() - at.getTime() >= settings.fullReadEveryMs) return false;
  if (last.expiresNext !== undefined && now() >= last.expiresNext) return false;
  // A later position was applied by a partial read: then the directory was restored to the state of the complete read.
  const position = keptPosition(settings, last.position);
  const isKnown = (server: string, marker: string) =>
    readFingerprint(settings, { server, marker }) === last.marker && (position ?? marker) === marker;
  const { server, marker } = await readMarker(settings, { signal, isKnown });
  return marker !== undefined && isKnown(server, marker);
}

/** Reads and plans. Returns only what is saved, so that the people of a large directory are not kept in memory meanwhile. */
async function planRun(
  context: RunContext,
  last: LastState | undefined,
  report: (counts: RunCounts) => void,
): Promise<PlanToSave> {
  const { db, owner, leaseMs, run, settings, signal } = context;
  const approved = await loadApproved(db, run);
  const onProgress = (read: ReadCounts) => report({ read });
  const hinted = await entriesOfRun(db, run.directory, run);
  const options = {
    signal,
    onProgress,
    ...(run.group !== undefined && { group: run.group }),
    ...(hinted && { hinted }),
  };
  const onRead = ({ counts }: Snapshot) =>
    heartbeat(db, run.id, { owner, leaseMs, status: 'planning', counts: { read: counts } });
  const planned = await readAndPlan(context, settings, last, { ...options, approved }, onRead);
  if (planned.verdict.unconfirmed && !hasAllMapped(planned.snapshot) && run.mode === 'apply')
    throw unconfirmed(settings);
  return planToSave(context, planned, approved !== undefined);
}

/** An approval of the run of one group or person would also let the first run of the whole directory pass. */
function unconfirmed({ name }: DirectorySettings): DirectoryError {
  return new DirectoryError('unconfirmed', `The first run of directory ${name} is not yet approved.`, {
    permanent: true,
    fix: 'Sync the whole directory, read what the held run would do, and approve it.',
  });
}

function logPlanned({ plan, verdict }: Pick<PlanToSave, 'plan' | 'verdict'>, log: Log): void {
  log.info({ ...plan.counts, held: verdict.holds.length }, describeCounts(plan.counts));
  for (const reason of verdict.reasons) log.warn({ reason }, 'held');
  for (const change of plan.changes) for (const warning of ownerWarning(change)) log.warn(warning);
}

/** Renames groups, has the batches applied, and ends the run if nothing is left to apply. */
export async function applyPlan(
  { db, enqueueBatches, log }: SyncPorts,
  run: number,
  batches: readonly number[],
) {
  await renameGroups(db, run);
  await enqueueBatches(run, batches);
  const finished = await completeRun(db, run);
  if (finished !== undefined) log.info({ status: finished.status }, 'run finished');
}
