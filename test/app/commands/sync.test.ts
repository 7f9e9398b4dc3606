import { expect, it } from 'vitest';
import { openSyncSession } from '../../../src/app/commands/sync.ts';
import { createLog } from '../../../src/log.ts';
import type { Run } from '../../../src/model/run.ts';
import type { DirectorySettings, Settings } from '../../../src/model/settings.ts';
import { openSmallDirectory } from '../../support/given/small-directory.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { redisSettings } from '../../support/servers/redis.ts';

/** Runs that one process carries out, one after the other. */
async function runs(directory: DirectorySettings, count: number): Promise<Run[]> {
  await using database = await freshDatabase();
  const settings: Settings = {
    database: database.settings,
    redis: redisSettings(),
    http: { host: '127.0.0.1', port: 0, tokens: [], requestsPerMinute: 0 },
    log: { level: 'silent' },
    worker: { concurrency: 1 },
    notify: { webhooks: [] },
    retention: { runsMs: undefined, auditMs: undefined },
    directories: [directory],
  };
  await using syncing = await openSyncSession(settings, createLog({ level: 'silent' }), { work: true });
  const over: Run[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const { id } = await syncing.request({ directory: directory.name, requestedBy: 'test' });
    for await (const { run } of syncing.follow(id, 10)) if (run.finishedAt !== undefined) over.push(run);
  }
  return over;
}

it('a process logs a refused password once, however many runs it does (F93)', async () => {
  await using fake = await openSmallDirectory({ bindPassword: 'wrong' });
  const over = await runs(fake.settings, 3);
  expect(over.map(({ errorCode }) => errorCode)).toEqual(Array(3).fill('bind_refused'));
  expect(fake.server.requests.map(({ op }) => op)).toEqual(['bind']);
});
