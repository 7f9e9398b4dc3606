import type { Log } from '../log.ts';
import type { QueueSettings, TaskJob, Work, Worker, WorkerOptions } from './broker.ts';
import { openBroker } from './connection.ts';
import { type Duties, giveBack, perform, type Shift } from './perform.ts';
import { parseBatchTask, parseNoticeTask, queueNames } from './tasks.ts';

/** How a worker works. `concurrency` counts runs and batches apart, so neither can take the other's places. */
export interface WorkerDuties extends Duties {
  readonly concurrency: number;
  /** How long the tasks of a process that died stay with it before another takes them. */
  readonly lockMs?: number;
}

export interface TaskWorker {
  /**
   * Takes no more work, aborts the signal of what is at work, and waits up to `limitMs` for its end: a run that reads
   * goes back to the queue at once, a batch that writes is finished. What has not ended a second later goes back to the
   * queue as well. What it gave back may still be at work when this resolves, and keeps timers of
   * the queue alive: the process has to be ended, it will not end by itself.
   */
  close(limitMs: number): Promise<void>;
}

const defaultLockMs = 30_000;
const graceMs = 1_000;

/** Starts working on both queues; throws UnavailableError when their server does not answer. */
export async function startWorker(
  settings: QueueSettings,
  duties: WorkerDuties,
  log: Log,
): Promise<TaskWorker> {
  await using opened = new AsyncDisposableStack();
  const broker = opened.adopt(await openBroker(settings, 'work', log), open => open.close());
  const stop = new AbortController();
  const shift: Shift = { duties, active: new Map(), stop: stop.signal };
  const reports = new Set<Promise<void>>();
  const failed = (job: TaskJob | undefined, error: Error) => {
    if (job === undefined) return;
    const report = reportFailure(job, error, duties, log).finally(() => reports.delete(report));
    reports.add(report);
  };
  const workers: Worker[] = [];
  for (const queue of queueNames) {
    const work: Work = { perform: (job, token = '') => perform(shift, queue, job, token), failed };
    const worker = await broker.worker(queue, work, workerOptions(duties));
    workers.push(opened.adopt(worker, open => open.close()));
  }
  opened.move();
  const close = async (limitMs: number) => {
    await closeWorkers(workers, shift, stop, limitMs);
    await endsWithin(Promise.all(reports), graceMs);
    await broker.close();
  };
  let closing: Promise<void> | undefined;
  return {
    close(limitMs) {
      closing ??= close(limitMs);
      return closing;
    },
  };
}

function workerOptions({ concurrency, lockMs = defaultLockMs }: WorkerDuties): WorkerOptions {
  return {
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs / 2,
    // A task that took its process down three times is not carried out a fourth time: it would again.
    maxStalledCount: 2,
    // The default, 15 s, is how long a worker would stay away after a restart of PostgreSQL.
    runRetryDelay: 1_000,
  };
}

/** Only kind and id of an error go to the log: its message may name a person. The run's record has the message. */
async function reportFailure(job: TaskJob, error: Error, duties: Duties, log: Log): Promise<void> {
  const cause = error.cause instanceof Error ? error.cause : error;
  const over = job.finishedOn !== undefined;
  log[over ? 'error' : 'warn'](
    { task: job.id, attempt: job.attemptsMade, error: cause.name },
    over ? 'task failed for good' : 'task failed, will be tried again',
  );
  if (!over) return;
  try {
    await recordFailure(job, cause, duties);
  } catch (failure) {
    const { name } = failure instanceof Error ? failure : { name: typeof failure };
    log.error(
      { task: job.id, error: name },
      'the failure could not be recorded; the task will be queued again',
    );
  }
}

async function recordFailure({ name, data }: TaskJob, cause: Error, duties: Duties): Promise<void> {
  if (name === 'batch') {
    const { run, batch } = parseBatchTask(data);
    await duties.batchFailed(run, batch, cause);
  } else if (name === 'notice') {
    await duties.noticeFailed(parseNoticeTask(data).notice, cause);
  }
}

async function closeWorkers(
  workers: readonly Worker[],
  shift: Shift,
  stop: AbortController,
  limitMs: number,
): Promise<void> {
  const closed = Promise.all(workers.map(worker => worker.close()));
  stop.abort(new Error('The worker stops; the task goes back to the queue.'));
  if (await endsWithin(closed, limitMs + graceMs)) return;
  const returned = Promise.allSettled([...shift.active.keys()].map(job => giveBack(shift.active, job)));
  // Bounded too: the queue's server may be away, and then the tasks come back when their locks run out.
  await endsWithin(returned, graceMs);
  await endsWithin(Promise.allSettled(workers.map(worker => worker.disconnect())), graceMs);
}

async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), ms);
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
