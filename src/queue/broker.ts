/** The interface of a queue server, implemented by `redis.ts` and `postgres.ts`. */
import type { Queue as BullQueue, Worker as BullWorker, Job } from 'bullmq';
import type { Settings } from '../model/settings.ts';
import type { Outage } from './outage-log.ts';
import type { QueueName, Task } from './tasks.ts';

/** `add`: a caller waits, so an unavailable server is an error. `work`: the worker waits until the server is back. */
export type Use = 'add' | 'work';

export interface QueueSettings extends Pick<Settings, 'database'>, Partial<Pick<Settings, 'redis'>> {
  /** The identity of the installation. In Redis, each installation has its own keys, also with the same prefix. */
  readonly installation: string;
}

/** For a check while the database does not answer. It leaves no trace of an installation. */
export const UNKNOWN_INSTALLATION = '';

/** The functions of BullMQ that work the same on Redis and PostgreSQL. */
export type Queue = Pick<
  BullQueue<Task, void, string>,
  'addBulk' | 'close' | 'getJobCounts' | 'getRanges' | 'remove'
>;
export type Worker = Pick<BullWorker<Task, void, string>, 'close' | 'concurrency' | 'disconnect'>;
export type TaskJob = Job<Task, void, string>;

export interface Work {
  readonly runTask: (job: TaskJob, token?: string) => Promise<void>;
  /** Called when an attempt failed or the task was given up. `job.finishedOn` is set after the last attempt. */
  readonly failed: (job: TaskJob | undefined, error: Error) => void;
}

export interface WorkerOptions {
  readonly concurrency: number;
  readonly lockDuration: number;
  readonly stalledInterval: number;
  readonly maxStalledCount: number;
  readonly runRetryDelay: number;
}

/** The server of the queue: Redis or PostgreSQL. Opened either to add tasks or to process them. */
export interface Broker {
  /** Kind and host, for messages. */
  readonly server: string;
  readonly outage: Outage;
  readonly queue: (name: QueueName) => Promise<Queue>;
  readonly worker: (name: QueueName, work: Work, options: WorkerOptions) => Promise<Worker>;
  /** True for the first caller with this key, until `ttlMs` have passed. */
  readonly claim: (key: string, ttlMs: number) => Promise<boolean>;
  readonly ping: () => Promise<void>;
  /** Other installations that used this prefix within the last week. */
  readonly neighbours: () => Promise<readonly string[]>;
  /** Closes the connections of the broker. Close its queues and workers first. */
  readonly close: () => Promise<void>;
}
