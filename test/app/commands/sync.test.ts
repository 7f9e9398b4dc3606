/** The memory of failed servers that one process has. */
import { expect, it } from 'vitest';
import { serve } from '../../../src/app/commands/serve.ts';
import { openSyncSession } from '../../../src/app/commands/sync.ts';
import { createLog } from '../../../src/log.ts';
import type { Run } from '../../../src/model/run.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { openSmallDirectory } from '../../support/given/small-directory.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { processSettings } from '../../support/servers/process-settings.ts';

const LOG = createLog({ level: 'silent' });

/** Requests that number of runs, one after the other. `work`: this process also does them. */
async function runs(settings: Settings, count: number, { work }: { work: boolean }): Promise<Run[]> {
  await using syncing = await openSyncSession(settings, LOG, { work });
  const over: Run[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const { id } = await syncing.request({ directory: 'corp', requestedBy: 'test' });
    for await (const { run } of syncing.follow(id, 10)) if (run.finishedAt !== undefined) over.push(run);
  }
  return over;
}

it('logs a refused password once in a process, however many runs it does (F93)', async () => {
  await using fake = await openSmallDirectory({ bindPassword: 'wrong' });
  await using database = await freshDatabase();
  const over = await runs(processSettings(database, fake.settings), 3, { work: true });
  expect(over.map(({ errorCode }) => errorCode)).toEqual(Array(3).fill('bind_refused'));
  expect(fake.server.requests.map(({ op }) => op)).toEqual(['bind']);
});

it('tries a password only once in a process whose watch saw it refused (F93)', async () => {
  await using fake = await openSmallDirectory({ bindPassword: 'wrong', live: 'auto' });
  await using database = await freshDatabase();
  const settings = processSettings(database, fake.settings);
  await using _service = await serve(settings, { roles: ['worker'], log: LOG });
  const asked = () => fake.server.requests.map(({ op }) => op);
  await expect.poll(asked).toEqual(['bind']);
  const [over] = await runs(settings, 1, { work: false });
  expect(over?.errorCode).toBe('bind_refused');
  expect(asked()).toEqual(['bind']);
});
