/** The context that all roles share. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { rememberServers, type ServerMemory } from '../directory/connection/failover.ts';
import type { Log } from '../log.ts';
import type { TaskQueue } from '../queue/task-queue.ts';
import type { Database } from '../store/database/database.ts';
import type { CurrentSettings } from './current-settings.ts';
import type { Timings } from './timings.ts';

/** The open resources and settings of one process. */
export interface AppContext {
  readonly current: CurrentSettings;
  readonly db: Database;
  readonly queue: TaskQueue;
  readonly installation: string;
  readonly log: Log;
  readonly timings: Timings;
  /** Names this process in leases. */
  readonly owner: string;
  /** Shared by all connections of the process, because a server locks an account after a few attempts with a wrong password. */
  readonly servers: ServerMemory;
}

/** Completes the context of this process. */
export function processContext(opened: Omit<AppContext, 'owner' | 'servers'>): AppContext {
  return {
    ...opened,
    owner: `${hostname()}:${process.pid}:${randomUUID()}`,
    servers: rememberServers(),
  };
}
