/** Executes one task: passes it to its handler and decides whether the queue retries it. */
import { DelayedError, UnrecoverableError, WaitingError } from 'bullmq';
import { ZodError } from 'zod';
import { messageOf } from '../errors.ts';
import type { TaskJob } from './broker.ts';
import { parseBatchTask, parseNoticeTask, parseRunTask, type QueueName } from './tasks.ts';

/** The handlers of the tasks. */
export interface TaskHandlers {
  /** Processes a run. 'busy': another run of the directory is active, so the task is retried a little later. */
  readonly syncRun: (run: number, signal: AbortSignal) => Promise<'done' | 'busy'>;
  readonly reconcileBatch: (run: number, batch: number) => Promise<unknown>;
  /** Called once, after the last attempt of a batch. */
  readonly batchFailed: (run: number, batch: number, error: Error) => Promise<unknown>;
  /** Delivers a notice within seconds. Throws if the delivery has to be retried. */
  readonly deliverNotice: (notice: string) => Promise<void>;
  /** Called once, after the last attempt to deliver a notice. */
  readonly noticeFailed: (notice: string, error: Error) => Promise<void>;
  /** Whether every retry would fail with this error again. */
  readonly isPermanent: (error: unknown) => boolean;
}

/** Running tasks of this process, each with its lock token of the queue. */
export type ActiveTasks = Map<TaskJob, string>;

/** The state that all tasks of one worker share. */
export interface WorkerState {
  readonly handlers: TaskHandlers;
  readonly active: ActiveTasks;
  /** Aborted when the worker stops: another worker reads again, which is faster than waiting for a silent server. */
  readonly stop: AbortSignal;
}

const busyDelayMs = 500;

/**
 * Runs one task and reports the result to BullMQ: by returning, or by the class of the error. A busy or stopped task
 * returns to the queue and keeps its number of attempts.
 */
export async function runTask(
  state: WorkerState,
  queue: QueueName,
  job: TaskJob,
  token: string,
): Promise<void> {
  state.active.set(job, token);
  try {
    const outcome = await attempt(state, queue, job);
    if (outcome === 'stopped') await releaseTask(state.active, job);
    if (!state.active.has(job)) throw new WaitingError();
    if (outcome === 'done') return;
    await job.moveToDelayed(Date.now() + busyDelayMs, token);
    throw new DelayedError();
  } finally {
    state.active.delete(job);
  }
}

/** Returns a running task to the queue, so that any worker can take it. A second call does nothing. */
export async function releaseTask(active: ActiveTasks, job: TaskJob): Promise<void> {
  const token = active.get(job);
  if (active.delete(job)) await job.moveToWait(token);
}

async function attempt(
  state: WorkerState,
  queue: QueueName,
  job: TaskJob,
): Promise<'done' | 'busy' | 'stopped'> {
  // The worker fetched the task before the stop, and received it after.
  if (state.stop.aborted) return 'stopped';
  try {
    return await dispatch(state, queue, job.data);
  } catch (error) {
    if (state.stop.aborted) return 'stopped';
    if (error instanceof ZodError || state.handlers.isPermanent(error)) throw unrecoverable(error);
    throw error;
  }
}

async function dispatch(state: WorkerState, queue: QueueName, payload: unknown): Promise<'done' | 'busy'> {
  if (queue === 'runs') return await state.handlers.syncRun(parseRunTask(payload).run, state.stop);
  if (queue === 'notices') {
    await state.handlers.deliverNotice(parseNoticeTask(payload).notice);
    return 'done';
  }
  const { run, batch } = parseBatchTask(payload);
  await state.handlers.reconcileBatch(run, batch);
  return 'done';
}

function unrecoverable(error: unknown): UnrecoverableError {
  return Object.assign(new UnrecoverableError(messageOf(error)), { cause: error });
}
