import { DelayedError, UnrecoverableError, WaitingError } from 'bullmq';
import { ZodError } from 'zod';
import { messageOf } from '../errors.ts';
import type { TaskJob } from './broker.ts';
import { parseBatchTask, parseNoticeTask, parseRunTask, type QueueName } from './tasks.ts';

/** What a worker is given to do. */
export interface Duties {
  /** Carries out a run; 'busy': another run of that directory is at work, so this one comes back a little later. */
  readonly syncRun: (run: number, signal: AbortSignal) => Promise<'done' | 'busy'>;
  readonly reconcileBatch: (run: number, batch: number) => Promise<unknown>;
  /** Told once, after the last attempt at a batch. */
  readonly batchFailed: (run: number, batch: number, error: Error) => Promise<unknown>;
  /** Tells somebody; ends within seconds. Throws when it could not be done now. */
  readonly deliverNotice: (notice: string) => Promise<void>;
  /** Told once, after the last attempt to deliver a notice. */
  readonly noticeFailed: (notice: string, error: Error) => Promise<void>;
  /** Whether an error will come again however often the task is tried. */
  readonly isPermanent: (error: unknown) => boolean;
}

/** Tasks at work in this process, each with the token that proves to the queue that it is ours. */
export type ActiveTasks = Map<TaskJob, string>;

/** What all tasks of one worker share. */
export interface Shift {
  readonly duties: Duties;
  readonly active: ActiveTasks;
  /** Aborted when the worker is told to stop: reading again elsewhere costs less than waiting for a silent server. */
  readonly stop: AbortSignal;
}

const busyDelayMs = 500;

/**
 * Carries out one task and tells BullMQ how it ended, in BullMQ's way: by returning, or by the class of the error.
 * A busy or a stopped task goes back to the queue without having used up an attempt.
 */
export async function perform(shift: Shift, queue: QueueName, job: TaskJob, token: string): Promise<void> {
  shift.active.set(job, token);
  try {
    const outcome = await attempt(shift, queue, job);
    if (outcome === 'stopped') await giveBack(shift.active, job);
    if (!shift.active.has(job)) throw new WaitingError();
    if (outcome === 'done') return;
    await job.moveToDelayed(Date.now() + busyDelayMs, token);
    throw new DelayedError();
  } finally {
    shift.active.delete(job);
  }
}

/** Puts a task that is at work here back to where any worker takes it; a second call does nothing. */
export async function giveBack(active: ActiveTasks, job: TaskJob): Promise<void> {
  const token = active.get(job);
  if (active.delete(job)) await job.moveToWait(token);
}

async function attempt(shift: Shift, queue: QueueName, job: TaskJob): Promise<'done' | 'busy' | 'stopped'> {
  // Asked for before the worker was told to stop, handed over after.
  if (shift.stop.aborted) return 'stopped';
  try {
    return await carryOut(shift, queue, job.data);
  } catch (error) {
    if (shift.stop.aborted) return 'stopped';
    if (error instanceof ZodError || shift.duties.isPermanent(error)) throw unrecoverable(error);
    throw error;
  }
}

async function carryOut(shift: Shift, queue: QueueName, payload: unknown): Promise<'done' | 'busy'> {
  if (queue === 'runs') return await shift.duties.syncRun(parseRunTask(payload).run, shift.stop);
  if (queue === 'notices') {
    await shift.duties.deliverNotice(parseNoticeTask(payload).notice);
    return 'done';
  }
  const { run, batch } = parseBatchTask(payload);
  await shift.duties.reconcileBatch(run, batch);
  return 'done';
}

function unrecoverable(error: unknown): UnrecoverableError {
  return Object.assign(new UnrecoverableError(messageOf(error)), { cause: error });
}
