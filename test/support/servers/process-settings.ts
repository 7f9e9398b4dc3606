/** The settings of one process with its own database and queue. */
import type { DirectorySettings, Settings } from '../../../src/model/settings.ts';
import type { FreshDatabase } from './database.ts';
import { redisSettings } from './redis.ts';

/** Settings for one directory. Nothing is logged. */
export function processSettings(database: FreshDatabase, directory: DirectorySettings): Settings {
  return {
    database: database.settings,
    redis: redisSettings(),
    http: { host: '127.0.0.1', port: 0, tokens: [], requestsPerMinute: 0 },
    log: { level: 'silent' },
    worker: { concurrency: 1 },
    notify: { webhooks: [] },
    retention: { runsMs: undefined, auditMs: undefined },
    directories: [directory],
  };
}
