import { expect, it } from 'vitest';
import { z } from 'zod';
import { serve } from '../../../src/app/commands/serve.ts';
import { createLog } from '../../../src/log.ts';
import type { Role, Settings } from '../../../src/model/settings.ts';
import { openSmallDirectory } from '../../support/given/small-directory.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { redisSettings } from '../../support/servers/redis.ts';

const answered = z.object({
  health: z.object({
    level: z.string(),
    text: z.string(),
    concerns: z.array(z.object({ code: z.string() })),
  }),
  processes: z.array(z.object({ roles: z.array(z.string()), state: z.string() })),
});
const TOKEN = { name: 'ines', role: 'admin', secret: 'the-token-of-ines' } as const;

it('shows at once in the status that no worker or scheduler is alive, also after a requested run, until they are', async () => {
  await using fake = await openSmallDirectory({});
  await using database = await freshDatabase();
  const settings: Settings = {
    database: database.settings,
    redis: redisSettings(),
    http: { host: '127.0.0.1', port: 0, tokens: [TOKEN], requestsPerMinute: 0 },
    log: { level: 'silent' },
    worker: { concurrency: 1 },
    notify: { webhooks: [] },
    retention: { runsMs: undefined, auditMs: undefined },
    directories: [{ ...fake.settings, name: 'corp', schedule: '0 3 1 1 *' }],
  };
  const up = (...roles: Role[]) => serve(settings, { roles, log: createLog({ level: 'silent' }) });
  await using web = await up('http');
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${TOKEN.secret}`, 'content-type': 'application/json' };
    const answer = await fetch(`${web.url}${path}`, { headers, ...init });
    return answer.json();
  };
  const status = async () => answered.parse(await ask('/api/status'));
  const codes = async () => (await status()).health.concerns.map(({ code }) => code);
  expect(await codes()).toEqual(['no_worker', 'no_scheduler', 'never_read']);
  await ask('/api/runs', { method: 'POST', body: JSON.stringify({ directory: 'corp' }) });
  expect((await status()).health).toMatchObject({
    level: 'bad',
    text: 'No worker is alive: no run starts, and 2 more',
  });

  await using worker = await up('worker', 'scheduler');
  await expect.poll(codes, { timeout: 20_000 }).toEqual(['conflict']);
  const { processes } = await status();
  expect(processes.map(({ roles, state }) => `${roles.join()} ${state}`).sort()).toEqual([
    'http alive',
    'worker,scheduler alive',
  ]);
  await worker.stop();
  expect(await codes()).toEqual(['no_worker', 'no_scheduler', 'conflict']);
});
