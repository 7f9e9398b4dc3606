/** The service as a process: it answers, accepts requests, and stops gracefully. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../../dev/servers/port.ts';
import { getRun } from '../../../src/store/runs/request.ts';
import { type Config, type Installation, openInstallation, TOKEN } from '../../support/given/installation.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { until } from '../../support/observe/until.ts';
import { holdLock } from '../../support/servers/lock.ts';
import { serve, start } from '../../support/servers/rollcall.ts';

const runId = z.object({ id: z.number() });
const json = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };

async function post(
  url: string | undefined,
  body: object = { directory: 'corp' },
): Promise<{ status: number; id: number }> {
  const answer = await fetch(`${url}/api/runs`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(body),
  });
  const run = await answer.json();
  return { status: answer.status, ...runId.parse(run) };
}

function ended(installation: Installation, id: number) {
  return until(`run ${id} is over`, async () => {
    const run = await getRun(installation.db, id);
    return run?.finishedAt !== undefined && run;
  });
}

describe('rollcall serve', () => {
  it('answers /readyz, does a run that was requested over HTTP, and exits with 0 after SIGTERM', async () => {
    await using installation = await openInstallation();
    await using service = await serve(installation.config);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    const { status, id } = await post(service.url);
    expect(status).toBe(202);
    expect(await ended(installation, id)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { added: 9 } },
    });
    const shown = await fetch(`${service.url}/api/runs/${id}`, { headers: json });
    expect(await shown.json()).toMatchObject({ id, status: 'succeeded' });
    expect(await installation.call('sync')).toMatchObject({ code: 0 });
    expect(await service.end('SIGTERM')).toBe(0);
    const said = service.lines.map(line => JSON.stringify(line)).join('\n');
    expect(said).not.toMatch(new RegExp(`alice|bob|${TOKEN}|${installation.slapd.bindPassword}`));
  });

  it('reloads its configuration after SIGHUP, and keeps the settings of before if the file is bad (G84)', async () => {
    await using installation = await openInstallation();
    await using service = await serve(installation.config, '--roles', 'http');
    const hangUp = async (change: Config, msg: string) => {
      await installation.rewriteConfig(change);
      service.signal('SIGHUP');
      return until(msg, () => service.lines.find(line => line.msg.startsWith(msg)));
    };
    expect(await hangUp({ worker: { concurrency: 2 } }, 'the configuration was reloaded')).toMatchObject({
      by: 'SIGHUP',
      changed: ['worker.concurrency'],
    });
    expect(await hangUp({ retention: 'never' }, 'the configuration was not reloaded')).toMatchObject({
      problems: [expect.stringContaining('retention')],
    });
    const reloaded = await fetch(`${service.url}/api/config/reload`, {
      method: 'POST',
      headers: json,
      body: '{}',
    });
    expect(reloaded.status).toBe(422);
    await installation.rewriteConfig({ worker: { concurrency: 3 } });
    expect(await installation.call('config', 'diff')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('\n  worker.concurrency: 2 → 3\n'),
    });
    expect(await installation.call('config', 'reload')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\S+: reloaded, changed: worker.concurrency\n$/),
    });
    const bad = { directory: { users: { baseDn: 'ou=nowhere,dc=test' } } };
    await installation.rewriteConfig({ worker: { concurrency: 3 }, ...bad });
    expect(await installation.call('config', 'reload')).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/refused, nothing changed\n {2}.*ou=nowhere/),
    });
    expect(await service.end('SIGTERM')).toBe(0);
    expect(await installation.call('config', 'reload')).toMatchObject({ code: 5 });
  });

  it('twenty concurrent requests get one run, which every caller can follow to its end (F79)', async () => {
    await using installation = await openInstallation();
    await using service = await serve(installation.config, '--roles', 'http');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(service.url, { directory: 'corp', group: 'devs' })),
    );
    const [first] = answers;
    expect(answers).toEqual(answers.map(() => ({ status: 202, id: first?.id })));
    expect(await rowsOf(installation.db, sql`select from sync_run`)).toHaveLength(1);
    await using worker = await serve(installation.config, '--roles', 'worker');
    expect(await ended(installation, first?.id ?? 0)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { added: 2 } },
    });
    expect(await worker.end('SIGINT')).toBe(0);
  });

  it('answers probes and metrics in every role, and nothing else without the role http', async () => {
    await using installation = await openInstallation();
    const port = await freePort();
    const config = await installation.writeConfig({ http: { host: '127.0.0.1', port, tokens: [] } });
    await using worker = await serve(config, '--roles', 'worker');
    const status = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect(await status('/livez')).toBe(200);
    expect(await status('/readyz')).toBe(200);
    expect(await status('/metrics')).toBe(200);
    expect(await status('/api/runs')).toBe(404);
    await using second = await serve(config, '--roles', 'scheduler');
    const warning = second.lines.map(line => line.msg).filter(line => line.includes('is in use'));
    expect(warning).toEqual([expect.stringContaining(`port ${port} is in use`)]);
    expect([await worker.end('SIGTERM'), await second.end('SIGTERM')]).toEqual([0, 0]);
  });

  it('reports that no worker starts a run, and continues when one starts', async () => {
    await using installation = await openInstallation();
    const sync = start(installation.config, 'sync');
    await until('the warning about the missing worker', () =>
      sync.stderr().includes('No worker has started the run yet'),
    );
    await using _ = await serve(installation.config, '--roles', 'worker');
    expect(await sync.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('succeeded') });
  });

  it('finishes a run that is being applied before it ends', async () => {
    await using installation = await openInstallation();
    await using lock = await holdLock(installation.databaseUrl, 'lock table access_group in share mode');
    await using service = await serve(installation.config);
    const { id } = await post(service.url);
    await lock.isWaitedFor();
    const end = service.end('SIGTERM');
    await until('the service stops', () => service.lines.some(line => line.msg.startsWith('stopping')));
    await lock.release();
    expect(await end).toBe(0);
    expect(await getRun(installation.db, id)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { added: 9 } },
    });
  });
});
