/** The consumer side of the queue: executes tasks until it is stopped. */
import type { Log } from '../log.ts';
import type { QueueSettings, TaskJob, Work, Worker, WorkerOptions } from './broker.ts';
import { releaseTask, runTask, type TaskHandlers, type WorkerState } from './execute-task.ts';
import { openBroker } from './open-broker.ts';
import { parseBatchTask, parseNoticeTask, queueNames } from './tasks.ts';

/**
 * Handlers and limits of a worker. `concurrency` applies to each queue, so that one cannot take the slots of another.
 */
export interface WorkerSetup extends TaskHandlers {
  readonly concurrency: number;
  /** How long a dead process keeps its tasks before another process takes them. */
  readonly lockMs?: number;
}

export interface TaskWorker {
  /** Changes how many tasks of each queue run at a time. Running tasks continue. */
  setConcurrency(concurrency: number): void;
  /**
   * Stops the worker: accepts no more tasks, aborts the signal of running tasks, and waits up to `limitMs`. A run that
   * reads returns to the queue at once; a batch that writes is finished. Tasks that still run a second after the limit
   * also return to the queue. Their code may still be running when this resolves and keeps timers alive, so the caller
   * has to end the process.
   */
  close(limitMs: number): Promise<void>;
}

const defaultLockMs = 30_000;
const graceMs = 1_000;

/** Starts processing all queues. Throws UnavailableError if the server does not answer. */
export async function startWorker(
  settings: QueueSettings,
  handlers: WorkerSetup,
  log: Log,
): Promise<TaskWorker> {
  await using opened = new AsyncDisposableStack();
  const broker = opened.adopt(await openBroker(settings, 'work', log), open => open.close());
  const stop = new AbortController();
  const state: WorkerState = { handlers, active: new Map(), stop: stop.signal };
  const reports = new Set<Promise<void>>();
  const failed = (job: TaskJob | undefined, error: Error) => {
    if (job === undefined) return;
    const report = reportFailure(job, error, handlers, log).finally(() => reports.delete(report));
    reports.add(report);
  };
  const workers: Worker[] = [];
  for (const queue of queueNames) {
    const work: Work = { runTask: (job, token = '') => runTask(state, queue, job, token), failed };
    const worker = await broker.worker(queue, work, workerOptions(handlers));
    workers.push(opened.adopt(worker, open => open.close()));
  }
  opened.move();
  const close = async (limitMs: number) => {
    await closeWorkers(workers, state, stop, limitMs);
    await endsWithin(Promise.all(reports), graceMs);
    await broker.close();
  };
  let closing: Promise<void> | undefined;
  return {
    setConcurrency(concurrency) {
      for (const worker of workers) worker.concurrency = concurrency;
    },
    close(limitMs) {
      closing ??= close(limitMs);
      return closing;
    },
  };
}

function workerOptions({ concurrency, lockMs = defaultLockMs }: WorkerSetup): WorkerOptions {
  return {
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs / 2,
    // A task that crashed its process three times fails: it would crash a fourth one.
    maxStalledCount: 2,
    // With the default, a worker would be idle for 15 s after a restart of PostgreSQL.
    runRetryDelay: 1_000,
  };
}

/**
 * Logs only the name of the error and the id of the task: the message may contain personal data. The run records it.
 */
async function reportFailure(job: TaskJob, error: Error, handlers: TaskHandlers, log: Log): Promise<void> {
  const cause = error.cause instanceof Error ? error.cause : error;
  const over = job.finishedOn !== undefined;
  log[over ? 'error' : 'warn'](
    { task: job.id, attempt: job.attemptsMade, error: cause.name },
    over ? 'task failed permanently' : 'task failed, will be retried',
  );
  if (!over) return;
  try {
    await recordFailure(job, cause, handlers);
  } catch (failure) {
    const { name } = failure instanceof Error ? failure : { name: typeof failure };
    log.error(
      { task: job.id, error: name },
      'the failure could not be recorded; the task will be queued again later',
    );
  }
}

async function recordFailure({ name, data }: TaskJob, cause: Error, handlers: TaskHandlers): Promise<void> {
  if (name === 'batch') {
    const { run, batch } = parseBatchTask(data);
    await handlers.batchFailed(run, batch, cause);
  } else if (name === 'notice') {
    await handlers.noticeFailed(parseNoticeTask(data).notice, cause);
  }
}

async function closeWorkers(
  workers: readonly Worker[],
  state: WorkerState,
  stop: AbortController,
  limitMs: number,
): Promise<void> {
  const closed = Promise.all(workers.map(worker => worker.close()));
  stop.abort(new Error('The worker is stopping; the task returns to the queue.'));
  if (await endsWithin(closed, limitMs + graceMs)) return;
  const returned = Promise.allSettled([...state.active.keys()].map(job => releaseTask(state.active, job)));
  // Also bounded: if the server does not answer, the tasks return to the queue when their locks expire.
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
