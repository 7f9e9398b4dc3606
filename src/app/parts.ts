/** What every role works with. Types only. */
import type { Log } from '../log.ts';
import type { TaskQueue } from '../queue/queue.ts';
import type { Settings } from '../settings.ts';
import type { Database } from '../store/database.ts';
import type { Pace } from './pace.ts';

/** One process, opened. */
export interface Parts {
  readonly settings: Settings;
  readonly db: Database;
  readonly queue: TaskQueue;
  readonly log: Log;
  readonly pace: Pace;
}
