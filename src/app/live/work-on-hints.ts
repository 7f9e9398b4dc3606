/** Works on the hints of a watch: hinted runs, and runs of the whole directory if these are needed. */
import { setTimeout as delay } from 'node:timers/promises';
import { readDirectory } from '../../directory/read/read-directory.ts';
import type { Watch } from '../../directory/watch/open-watch.ts';
import { messageOf } from '../../errors.ts';
import { type HintedMemory, syncHinted } from '../../jobs/live/sync-hinted.ts';
import { firstAt, returnHints, takeHints } from '../../jobs/live/waiting-hints.ts';
import { reconcileBatch } from '../../jobs/reconcile-batch.ts';
import type { SyncPorts } from '../../jobs/sync-directory.ts';
import { OPEN } from '../../model/run-status.ts';
import { getRun, requestRun } from '../../store/runs/request.ts';
import { recordChange } from '../../store/watch/lease.ts';
import { type Following, woken } from './following.ts';

/** How often to ask whether a run of the whole directory has ended or may start. */
const PENDING_MS = 1_000;
const BUSY_MS = 100;
/** Time for changes that belong together. It grows with the duration of a run, up to `liveWindow`. */
const SHORTEST_WINDOW_MS = 20;
/** The pause between two runs of the whole directory doubles from the first to the last of these. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** After this time without such a run, the pause is short again. */
const RESET_PAUSE_AFTER_MS = 600_000;

/** The state of the work between two steps. */
interface Work {
  readonly memory: HintedMemory;
  windowMs: number;
  /** The earliest time of the next run of the whole directory. */
  wholeFrom: number;
  wholePauseMs: number;
  hasChanged: boolean;
}

/** Works until the signal is aborted. Throws if the directory or the database cannot be read. */
export async function workOnHints(following: Following, watch: Watch, signal: AbortSignal): Promise<void> {
  const { waiting, ports } = following;
  const sync = portsOver(following, watch);
  const work: Work = {
    memory: {},
    windowMs: SHORTEST_WINDOW_MS,
    wholeFrom: 0,
    wholePauseMs: FIRST_PAUSE_MS,
    hasChanged: false,
  };
  let isBusy = false;
  while (!signal.aborted) {
    await woken(following, isBusy ? BUSY_MS : waitMs(following, work));
    isBusy = false;
    if (signal.aborted) return;
    await continueWhole(following, work);
    if (waiting.hints.size > 0) {
      await gather(following, work, signal);
      isBusy = (await runOnce(following, sync, work, signal)) === 'busy';
    } else if (work.hasChanged) {
      work.hasChanged = false;
      await ports.onChanged();
    }
  }
}

/** How long the work can wait if nothing is reported. undefined: there is nothing to do. */
function waitMs({ waiting, state }: Following, { wholeFrom, hasChanged }: Work): number | undefined {
  const isWholeDue = waiting.whole !== undefined && performance.now() >= wholeFrom;
  if (waiting.hints.size > 0 || (isWholeDue && state.wholeRun === undefined)) return 0;
  return waiting.whole !== undefined || state.wholeRun !== undefined || hasChanged ? PENDING_MS : undefined;
}

/** Reads over the connection of the watch: another connection could lead to another server. */
function portsOver({ ports }: Following, { connection }: Watch): SyncPorts {
  return {
    ...ports,
    readDirectory: (settings, options) =>
      readDirectory(settings, {
        ...options,
        servers: ports.servers,
        ...(options.avoid === undefined && { connection }),
      }),
    async enqueueBatches(run, batches) {
      for (const batch of batches) await reconcileBatch(ports, run, batch);
    },
  };
}

async function gather({ waiting, settings }: Following, { windowMs }: Work, signal: AbortSignal) {
  const until = (firstAt(waiting) ?? 0) + Math.min(windowMs, settings.liveWindowMs);
  const left = until - performance.now();
  if (left > 0) await delay(left, undefined, { signal }).catch(() => {});
}

async function runOnce(
  following: Following,
  sync: SyncPorts,
  work: Work,
  signal: AbortSignal,
): Promise<'busy' | 'done'> {
  const { ports, settings, waiting, state } = following;
  const { reportedAt } = state;
  const since = firstAt(waiting) ?? 0;
  const taken = takeHints(waiting);
  const isAll = waiting.hints.size === 0;
  const began = performance.now();
  state.isBusy = true;
  try {
    const hints = taken.map(({ hint }) => hint);
    const { kind, whole } = await syncHinted(sync, settings, hints, signal, work.memory);
    if (kind === 'busy') returnHints(waiting, taken);
    if (kind === 'busy') return 'busy';
    if (whole !== undefined) waiting.whole = whole;
    const now = performance.now();
    work.windowMs = Math.max(SHORTEST_WINDOW_MS, now - began);
    if (kind === 'changed') {
      work.hasChanged = true;
      const lags = taken.flatMap(({ changedAt }) =>
        changedAt === undefined ? [] : [Date.now() - changedAt],
      );
      await recordChange(ports.db, settings.name, { hintMs: now - since, lagsMs: lags });
    }
    if (isAll && waiting.whole === undefined && state.wholeRun === undefined && reportedAt !== undefined)
      state.currentAt = Math.max(state.currentAt ?? 0, reportedAt);
    return 'done';
  } finally {
    state.isBusy = false;
  }
}

/** Requests the run of the whole directory that is needed, and forgets it when it has ended. */
async function continueWhole({ ports, settings, waiting, state }: Following, work: Work): Promise<void> {
  const { db, log } = ports;
  if (state.wholeRun !== undefined) {
    const run = await getRun(db, state.wholeRun);
    if (run !== undefined && OPEN.some(status => status === run.status)) return;
    state.wholeRun = undefined;
    if (run?.status === 'failed') waiting.whole ??= 'the last run failed';
  }
  if (waiting.whole === undefined || performance.now() < work.wholeFrom) return;
  const reason = waiting.whole;
  const { run } = await requestRun(db, { directory: settings.name, trigger: 'schedule', mode: 'apply' });
  state.wholeRun = run.id;
  waiting.whole = undefined;
  const now = performance.now();
  if (now - work.wholeFrom > RESET_PAUSE_AFTER_MS) work.wholePauseMs = FIRST_PAUSE_MS;
  work.wholeFrom = now + work.wholePauseMs;
  work.wholePauseMs = Math.min(2 * work.wholePauseMs, LONGEST_PAUSE_MS);
  log.info({ directory: settings.name, run: run.id, reason }, 'run of the whole directory requested');
  await ports.enqueueRun(run.id).catch(error => {
    // `resumeWork` enqueues it when the queue answers again.
    log.warn({ run: run.id, reason: messageOf(error) }, 'the run could not be enqueued');
  });
}
