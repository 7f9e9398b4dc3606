/** A log that tests can wait for, and resources that close with the test. */
import { pino } from 'pino';
import type { TaskHandlers } from '../../../../src/queue/execute-task.ts';
import { openQueue, type TaskQueue } from '../../../../src/queue/task-queue.ts';
import { startWorker, type TaskWorker } from '../../../../src/queue/worker.ts';
import { type Inbox, inbox } from '../../observe/inbox.ts';
import type { TestBroker } from './brokers.ts';

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A log whose lines a test can read and wait for. */
export function listen() {
  const lines: Inbox<LogLine> = inbox();
  const log = pino({ level: 'debug' }, { write: (line: string) => lines.put(JSON.parse(line)) });
  return { log, lines };
}

/** The resources that a test opens; they are closed in reverse order when it ends. */
export interface QueueResources extends AsyncDisposable {
  readonly lines: Inbox<LogLine>;
  queue(): Promise<TaskQueue>;
  worker(
    handlers: Partial<TaskHandlers>,
    options?: { concurrency?: number; lockMs?: number },
  ): Promise<TaskWorker>;
}

const nothingToDo: TaskHandlers = {
  syncRun: async () => 'done',
  reconcileBatch: async () => {},
  batchFailed: async () => {},
  deliverNotice: async () => {},
  noticeFailed: async () => {},
  isPermanent: () => false,
};

export function queueOn(broker: Pick<TestBroker, 'settings'>): QueueResources {
  const stack = new AsyncDisposableStack();
  const { log, lines } = listen();
  return {
    lines,
    async queue() {
      const queue = await openQueue(broker.settings, log, { run: 20, batch: 2, notice: 0 });
      stack.defer(() => queue.close());
      return queue;
    },
    async worker(handlers, options = {}) {
      const all = { ...nothingToDo, concurrency: 2, ...handlers, ...options };
      const worker = await startWorker(broker.settings, all, log);
      stack.defer(() => worker.close(0));
      return worker;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
