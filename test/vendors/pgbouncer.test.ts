/** Rollcall behind PgBouncer in transaction mode. */
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { callCommand, openInstallation, TOKEN } from '../support/given/installation.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { redisSettings } from '../support/servers/redis.ts';
import { serve } from '../support/servers/rollcall.ts';
import { IGNORED, startPgbouncer } from './start-pgbouncer.ts';

it('with the queue in Redis, syncs through PgBouncer, and changes are followed (G50)', async () => {
  await using installation = await openInstallation();
  await using pgbouncer = await startPgbouncer(installation.databaseUrl, IGNORED);
  const config = await installation.writeConfig({ database: { url: pgbouncer.url }, redis: redisSettings() });
  await using service = await serve(config);
  const ask = (after: string) =>
    fetch(`${service.url}/api/changes?wait=60s&after=${after}`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
  const waiting = ask('start');
  const run = await fetch(`${service.url}/api/runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ directory: 'corp' }),
  });
  expect(run.status).toBe(202);
  expect(await (await waiting).json()).toMatchObject({ items: expect.arrayContaining([expect.anything()]) });
  const members = await rowsOf(installation.db, sql`select from access_group_members`);
  expect(members).toHaveLength(9);
});

it('refuses the queue in PostgreSQL behind PgBouncer with the reason (G50)', async () => {
  await using installation = await openInstallation();
  await using pgbouncer = await startPgbouncer(installation.databaseUrl, IGNORED);
  const config = await installation.writeConfig({ database: { url: pgbouncer.url }, redis: undefined });
  for (const command of ['check', 'serve']) {
    const { code, stdout, stderr } = await callCommand(
      { ROLLCALL_CONFIG: config, LOG_LEVEL: 'fatal' },
      command,
    );
    expect(`${stdout}${stderr}`).toMatch(/is a pooler in transaction mode.*set redis\.url/);
    expect(code).toBe(5);
  }
});

it('names the setting of PgBouncer that lets the connection pass (G50)', async () => {
  await using installation = await openInstallation();
  await using pgbouncer = await startPgbouncer(installation.databaseUrl, '');
  const config = await installation.writeConfig({ database: { url: pgbouncer.url } });
  const { code, stdout } = await callCommand({ ROLLCALL_CONFIG: config, LOG_LEVEL: 'fatal' }, 'check');
  expect(stdout).toContain(`set its ignore_startup_parameters to ${IGNORED}`);
  expect(code).toBe(5);
});
