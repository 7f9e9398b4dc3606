/** The context that all roles share. Types only. */
import type { Log } from '../log.ts';
import type { Settings } from '../model/settings.ts';
import type { TaskQueue } from '../queue/task-queue.ts';
import type { Database } from '../store/database/database.ts';
import type { Timings } from './timings.ts';

/** The open resources and settings of one process. */
export interface AppContext {
  readonly settings: Settings;
  readonly db: Database;
  readonly queue: TaskQueue;
  readonly installation: string;
  readonly log: Log;
  readonly timings: Timings;
}
