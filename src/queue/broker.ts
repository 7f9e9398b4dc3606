import type { Queue as BullQueue, Worker as BullWorker, Job } from 'bullmq';
import type { Settings } from '../settings.ts';
import type { Outage } from './outage.ts';
import type { QueueName, Task } from './tasks.ts';

/** Somebody adds tasks and waits for the answer, or nobody does and the work goes on when the server is back. */
export type Use = 'add' | 'work';

export type QueueSettings = Pick<Settings, 'database'> & Partial<Pick<Settings, 'redis'>>;

/** The parts of BullMQ that work alike on Redis and on PostgreSQL. */
export type Queue = Pick<
  BullQueue<Task, void, string>,
  'addBulk' | 'close' | 'getJobCounts' | 'getRanges' | 'remove'
>;
export type Worker = Pick<BullWorker<Task, void, string>, 'close' | 'disconnect'>;
export type TaskJob = Job<Task, void, string>;

export interface Work {
  readonly perform: (job: TaskJob, token?: string) => Promise<void>;
  /** An attempt failed, or the task was given up without one; `job.finishedOn` is set when it was the last. */
  readonly failed: (job: TaskJob | undefined, error: Error) => void;
}

export interface WorkerOptions {
  readonly concurrency: number;
  readonly lockDuration: number;
  readonly stalledInterval: number;
  readonly maxStalledCount: number;
  readonly runRetryDelay: number;
}

/** Where the tasks wait: Redis or PostgreSQL. Opened to add tasks or to work on them, never for both. */
export interface Broker {
  /** For messages: kind and host. */
  readonly server: string;
  readonly outage: Outage;
  readonly queue: (name: QueueName) => Promise<Queue>;
  readonly worker: (name: QueueName, work: Work, options: WorkerOptions) => Promise<Worker>;
  /** True for the first caller of a key, until `ttlMs` have passed. */
  readonly claim: (key: string, ttlMs: number) => Promise<boolean>;
  readonly ping: () => Promise<void>;
  /** Closes the broker's own connections; its queues and workers come first. */
  readonly close: () => Promise<void>;
}
