import type { JobsOptions } from 'bullmq';
import { z } from 'zod';

/**
 * Three queues, each with its own slots: a run that reads a slow directory for minutes never stands before the
 * batches of another run, and a webhook that hangs before neither.
 */
export const queueNames = ['runs', 'batches', 'notices'] as const;
export type QueueName = (typeof queueNames)[number];

const runTask = z.strictObject({ run: z.int().positive() });
const batchTask = z.strictObject({ run: z.int().positive(), batch: z.int().nonnegative() });
const noticeTask = z.strictObject({ notice: z.uuid() });

/** What a task carries: ids only. The plan stays in PostgreSQL, so a late or repeated task finds the truth there. */
export type RunTask = z.infer<typeof runTask>;
export type BatchTask = z.infer<typeof batchTask>;
export type NoticeTask = z.infer<typeof noticeTask>;
export type Task = RunTask | BatchTask | NoticeTask;

/** A task as it is handed to BullMQ. */
export interface QueuedTask {
  readonly name: string;
  readonly data: Task;
  readonly opts: JobsOptions & { readonly jobId: string };
}

/** First wait before another attempt, doubled with every further one. */
export interface Backoff {
  readonly run: number;
  readonly batch: number;
  readonly notice: number;
}

export const defaultBackoffMs: Backoff = { run: 2_000, batch: 1_000, notice: 10_000 };

/** The task that carries out a run. Its id, `run-5`, makes a second one of the same run impossible. */
export function taskOfRun(run: number, backoff: Backoff): QueuedTask {
  const data = runTask.parse({ run });
  // Five attempts, half a minute: what cannot be had by then is the next tick's affair.
  return { name: 'run', data, opts: { ...retention, ...retry(5, backoff.run), jobId: `run-${run}` } };
}

/** The task that reconciles one batch of a run's groups. */
export function taskOfBatch(run: number, batch: number, backoff: Backoff): QueuedTask {
  const data = batchTask.parse({ run, batch });
  // Eight attempts, two minutes: a restart of PostgreSQL must not cost a saved plan its batches.
  return {
    name: 'batch',
    data,
    opts: { ...retention, ...retry(8, backoff.batch), jobId: `run-${run}-batch-${batch}` },
  };
}

/** The task that delivers a notice to its webhook. */
export function taskOfNotice(notice: string, backoff: Backoff): QueuedTask {
  const data = noticeTask.parse({ notice });
  // Fourteen attempts, about a day: then a reminder is due, if it still matters.
  return {
    name: 'notice',
    data,
    opts: { ...retention, ...retry(14, backoff.notice), jobId: `notice-${notice}` },
  };
}

/** Reads what came out of the queue `runs`. Throws ZodError on anything that another release or a hand put there. */
export function parseRunTask(payload: unknown): RunTask {
  return runTask.parse(payload);
}

/** Reads what came out of the queue `batches`. Throws ZodError like {@link parseRunTask}. */
export function parseBatchTask(payload: unknown): BatchTask {
  return batchTask.parse(payload);
}

/** Reads what came out of the queue `notices`. Throws ZodError like {@link parseRunTask}. */
export function parseNoticeTask(payload: unknown): NoticeTask {
  return noticeTask.parse(payload);
}

const retention = {
  // A finished task has left its outcome in PostgreSQL; kept, its id would refuse the task when it is needed again.
  removeOnComplete: true,
  // Long enough for somebody to look at it in the morning, few enough never to fill Redis.
  removeOnFail: { age: 24 * 60 * 60, count: 1_000 },
  // The message is enough to find it; stacks are large and the outcome is recorded with the run.
  stackTraceLimit: 0,
  // Ids never come near this. Whoever adds a field that grows learns of it at once.
  sizeLimit: 1_024,
} satisfies JobsOptions;

function retry(attempts: number, delay: number) {
  // Half of every wait is random, so that a thousand tasks that failed together do not come back together.
  return { attempts, backoff: { type: 'exponential', delay, jitter: 0.5 } } satisfies JobsOptions;
}
