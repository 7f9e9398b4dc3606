/** The producer side of the queue: adds tasks. */
import type { Log } from '../log.ts';
import { type BoardQueue, boardOf } from './board-queues.ts';
import type { Queue, QueueSettings } from './broker.ts';
import { openBroker } from './open-broker.ts';
import {
  type Backoff,
  defaultBackoffMs,
  type QueuedTask,
  taskOfBatch,
  taskOfNotice,
  taskOfRun,
} from './tasks.ts';
import { reach } from './unavailable.ts';

/**
 * The producer side of the queue. Every function throws UnavailableError immediately if the server does not answer.
 * Adding a task is idempotent: a waiting or running task is not added twice, a failed task starts again, and a lost
 * task is added again.
 */
export interface TaskQueue {
  readonly enqueueRun: (run: number) => Promise<void>;
  readonly enqueueBatches: (run: number, batches: readonly number[]) => Promise<void>;
  readonly enqueueNotices: (notices: readonly string[]) => Promise<void>;
  /** Tasks of all queues by state: waiting, active, delayed, failed. */
  readonly counts: () => Promise<Record<string, number>>;
  /** The queues as Bull Board shows them. */
  readonly board: readonly BoardQueue[];
  readonly ping: () => Promise<void>;
  /** Other installations that used the same prefix in Redis within the last week. */
  readonly neighbours: () => Promise<readonly string[]>;
  /** True for exactly one caller with this key among all instances, until `ttlMs` have passed. */
  readonly claimFire: (key: string, ttlMs: number) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Opens the queue to add tasks. Throws UnavailableError if the server does not answer. */
export async function openQueue(
  settings: QueueSettings,
  log: Log,
  backoff: Backoff = defaultBackoffMs,
): Promise<TaskQueue> {
  await using opened = new AsyncDisposableStack();
  const broker = opened.adopt(await openBroker(settings, 'add', log), open => open.close());
  const runs = opened.adopt(await broker.queue('runs'), open => open.close());
  const batches = opened.adopt(await broker.queue('batches'), open => open.close());
  const notices = opened.adopt(await broker.queue('notices'), open => open.close());
  const kept = opened.move();
  const ask = async <T>(purpose: string, work: () => Promise<T>): Promise<T> => {
    const answer = await reach(broker.server, purpose, work);
    broker.outage.over();
    return answer;
  };
  return {
    enqueueRun(run) {
      const task = taskOfRun(run, backoff);
      return ask(`run ${run} is not queued`, () => add(runs, [task]));
    },
    enqueueBatches(run, numbers) {
      const tasks = numbers.map(batch => taskOfBatch(run, batch, backoff));
      return ask(`the batches of run ${run} are not queued`, () => add(batches, tasks));
    },
    enqueueNotices(ids) {
      const tasks = ids.map(notice => taskOfNotice(notice, backoff));
      return ask('notices are not queued', () => add(notices, tasks));
    },
    counts: () => ask('its tasks cannot be counted', () => countTasks([runs, batches, notices])),
    board: boardOf([runs, batches, notices]),
    ping: () => ask('the queue cannot be used', broker.ping),
    neighbours: () => ask('the queue cannot be used', broker.neighbours),
    claimFire: (key, ttlMs) => ask('scheduled runs do not start', () => broker.claim(key, ttlMs)),
    close: () => kept.disposeAsync(),
  };
}

/** Removes failed tasks first: BullMQ ignores a new task if it still has one with the same id. */
async function add(queue: Queue, tasks: readonly QueuedTask[]): Promise<void> {
  if (tasks.length === 0) return;
  const failed = new Set(await queue.getRanges(['failed'], 0, -1));
  await Promise.all(
    tasks.filter(task => failed.has(task.opts.jobId)).map(task => queue.remove(task.opts.jobId)),
  );
  for (let start = 0; start < tasks.length; start += chunk) {
    await queue.addBulk(tasks.slice(start, start + chunk));
  }
}

/** Maximum number of tasks in one request. With thousands, the answer would take longer than the timeout of callers. */
const chunk = 500;

async function countTasks(queues: readonly Queue[]): Promise<Record<string, number>> {
  const states = ['waiting', 'active', 'delayed', 'failed'] as const;
  const counts = await Promise.all(queues.map(queue => queue.getJobCounts(...states)));
  return Object.fromEntries(
    states.map(state => [state, counts.reduce((sum, count) => sum + (count[state] ?? 0), 0)]),
  );
}
