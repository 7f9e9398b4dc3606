/** A worker in its own process, for tests that kill it. */
import type { DirectorySettings } from '../../src/model/settings.ts';
import type { QueueSettings } from '../../src/queue/broker.ts';
import { openQueue } from '../../src/queue/task-queue.ts';
import { openDatabase } from '../../src/store/database/database.ts';
import { log, portsOf, startWorkerOf } from './failing-installation.ts';

export interface Order {
  readonly directory: DirectorySettings;
  readonly settings: QueueSettings;
}

/** Started by `fork`, controlled by messages. */
process.once('message', async ({ directory, settings }: Order) => {
  const db = await openDatabase(settings.database);
  const queue = await openQueue(settings, log);
  await startWorkerOf(portsOf(db, directory, queue, `process ${process.pid}`), settings);
});
