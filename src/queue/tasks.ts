/** The three queues, their tasks, and how often each task is retried. */
import type { JobsOptions } from 'bullmq';
import { z } from 'zod';

/**
 * Three queues, each with its own slots: a run that reads a slow directory never delays the batches of another run, and
 * a webhook that hangs delays neither.
 */
export const queueNames = ['runs', 'batches', 'notices'] as const;
export type QueueName = (typeof queueNames)[number];

const runTask = z.strictObject({ run: z.int().positive() });
const batchTask = z.strictObject({ run: z.int().positive(), batch: z.int().nonnegative() });
const noticeTask = z.strictObject({ notice: z.uuid() });

/** Tasks contain ids only. The plan is in PostgreSQL, so a late or repeated task finds the current state there. */
export type RunTask = z.infer<typeof runTask>;
export type BatchTask = z.infer<typeof batchTask>;
export type NoticeTask = z.infer<typeof noticeTask>;
export type Task = RunTask | BatchTask | NoticeTask;

/** A task in the format of BullMQ. */
export interface QueuedTask {
  readonly name: string;
  readonly data: Task;
  readonly opts: JobsOptions & { readonly jobId: string };
}

/** Delay before the second attempt. It doubles with every further attempt. */
export interface Backoff {
  readonly run: number;
  readonly batch: number;
  readonly notice: number;
}

export const defaultBackoffMs: Backoff = { run: 2_000, batch: 1_000, notice: 10_000 };

/** The task that processes a run. Its id, such as `run-5`, prevents a second task for the same run. */
export function taskOfRun(run: number, backoff: Backoff): QueuedTask {
  const data = runTask.parse({ run });
  // Five attempts in half a minute. After that, the next scheduled run tries again.
  return { name: 'run', data, opts: { ...retention, ...retry(5, backoff.run), jobId: `run-${run}` } };
}

/** The task that reconciles one batch of a run's groups. */
export function taskOfBatch(run: number, batch: number, backoff: Backoff): QueuedTask {
  const data = batchTask.parse({ run, batch });
  // Eight attempts in two minutes: the batches of a saved plan must survive a restart of PostgreSQL.
  return {
    name: 'batch',
    data,
    opts: { ...retention, ...retry(8, backoff.batch), jobId: `run-${run}-batch-${batch}` },
  };
}

/** The task that delivers a notice to its webhook. */
export function taskOfNotice(notice: string, backoff: Backoff): QueuedTask {
  const data = noticeTask.parse({ notice });
  // Fourteen attempts in about a day. After that, a reminder is due if the alarm is still open.
  return {
    name: 'notice',
    data,
    opts: { ...retention, ...retry(14, backoff.notice), jobId: `notice-${notice}` },
  };
}

/** Parses a task of the queue `runs`. Throws ZodError if another release or a user added something else. */
export function parseRunTask(payload: unknown): RunTask {
  return runTask.parse(payload);
}

/** Parses a task of the queue `batches`. Throws ZodError like {@link parseRunTask}. */
export function parseBatchTask(payload: unknown): BatchTask {
  return batchTask.parse(payload);
}

/** Parses a task of the queue `notices`. Throws ZodError like {@link parseRunTask}. */
export function parseNoticeTask(payload: unknown): NoticeTask {
  return noticeTask.parse(payload);
}

const retention = {
  // PostgreSQL has the result of a finished task. If BullMQ kept the task, its id would block adding it again.
  removeOnComplete: true,
  // Long enough to investigate the next morning, few enough never to fill Redis.
  removeOnFail: { age: 24 * 60 * 60, count: 1_000 },
  // The message is enough. Stack traces are large, and the run records the result.
  stackTraceLimit: 0,
  // Ids are much smaller. The limit reveals a new field that grows.
  sizeLimit: 1_024,
} satisfies JobsOptions;

function retry(attempts: number, delay: number) {
  // Half of every delay is random, so that a thousand tasks that failed together are not retried together.
  return { attempts, backoff: { type: 'exponential', delay, jitter: 0.5 } } satisfies JobsOptions;
}
