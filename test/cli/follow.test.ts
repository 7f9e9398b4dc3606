/** `rollcall sync` follows a run of any process, and stops without waiting for it; the process that runs it notifies. */
import { describe, expect, it } from 'vitest';
import { silenceAfterEntries } from '../../dev/fake-ldap/faults/answers.ts';
import { onSearch } from '../../dev/fake-ldap/server/fault.ts';
import { startLdapServer } from '../../dev/fake-ldap/server/server.ts';
import { getRun, requestRun } from '../../src/store/runs/request.ts';
import {
  callCommand,
  entries,
  type Installation,
  openInstallation,
  TOKEN,
} from '../support/given/installation.ts';
import { allEvents } from '../support/observe/events.ts';
import { startReceiver } from '../support/observe/receiver.ts';
import { until } from '../support/observe/until.ts';
import { serve, start } from '../support/servers/rollcall.ts';

const headers = { authorization: `Bearer ${TOKEN}` };

async function ask(installation: Installation): Promise<number> {
  const { run } = await requestRun(installation.db, { directory: 'corp', trigger: 'manual', mode: 'apply' });
  return run.id;
}

function over(installation: Installation, id: number) {
  return until(`run ${id} is over`, async () => {
    const run = await getRun(installation.db, id);
    return run?.finishedAt !== undefined && run;
  });
}

describe('a run that is watched', () => {
  it('is followed to its end over HTTP and at a terminal, in any process', async () => {
    await using installation = await openInstallation();
    await using web = await serve(installation.config, '--roles', 'http');
    const id = await ask(installation);
    const terminal = start(installation.config, 'runs', 'show', String(id), '--follow');
    const stream = await fetch(`${web.url}/api/runs/${id}/events`, { headers });
    const events = allEvents(stream);
    await until('the terminal waits', () => terminal.stderr().includes('corp: waiting for a worker'));
    expect(await installation.call('sync', '--once')).toMatchObject({ code: 0 });
    expect(await terminal.ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`run ${id} of corp: succeeded`),
    });
    const told = await events;
    expect(told[0]).toMatchObject({ event: 'run', data: { status: 'queued', stage: 'waiting' } });
    expect(told.at(-2)).toMatchObject({
      event: 'run',
      data: { status: 'succeeded', stage: 'over', counts: { applied: { added: 9 } } },
    });
    expect(told.at(-1)).toMatchObject({ event: 'end', data: {} });
    const ids = told.slice(0, -1).map(event => event.id);
    expect(ids).toEqual([...new Set(ids)].toSorted((one, other) => one - other));
    const again = { ...headers, 'last-event-id': String(told.at(-1)?.id) };
    expect((await fetch(`${web.url}/api/runs/${id}/events`, { headers: again })).status).toBe(204);
  });

  it('does not delay the stop of the service', async () => {
    await using installation = await openInstallation();
    await using web = await serve(installation.config, '--roles', 'http');
    const id = await ask(installation);
    const streams = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`${web.url}/api/runs/${id}/events`, { headers })),
    );
    const asked = performance.now();
    expect(await web.end('SIGTERM')).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5_000);
    for (const stream of streams)
      expect((await allEvents(stream)).map(({ event }) => event)).not.toContain('end');
  });
});

describe('sync --once', () => {
  it('sends the alarm of a failed run once, before it exits (F04)', async () => {
    await using installation = await openInstallation();
    await using receiver = await startReceiver();
    const config = await installation.writeConfig({
      directory: { urls: ['ldap://127.0.0.1:1'] },
      notify: { webhooks: [receiver.webhook] },
    });
    const env = { ROLLCALL_CONFIG: config, LOG_LEVEL: 'fatal' };
    for (const _ of [1, 2, 3]) expect(await callCommand(env, 'sync', '--once')).toMatchObject({ code: 5 });
    expect(receiver.received.all).toMatchObject([
      { genuine: true, message: { type: 'directory.failed', data: { directory: 'corp', run: 1 } } },
    ]);
  });
});

describe('a service that stops while its directory does not answer', () => {
  it('returns the run to the queue at once, and another instance does it (F77)', async () => {
    await using installation = await openInstallation();
    const { bindDn, bindPassword } = installation.slapd;
    await using silent = await startLdapServer({
      entries: entries(),
      accounts: [{ dn: bindDn, password: bindPassword }],
    });
    silent.inject(onSearch({ filter: /groupOfNames/ }, silenceAfterEntries(0)));
    const config = await installation.writeConfig({ directory: { urls: [silent.url] } });
    await using first = await serve(config, '--roles', 'worker,scheduler');
    const sync = start(installation.config, 'sync', '--json');
    await until('the groups are being read', () =>
      silent.requests.some(({ filter }) => /groupOfNames/.test(filter ?? '')),
    );
    const asked = performance.now();
    expect(await first.end('SIGTERM')).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5_000);
    expect(first.lines.map(line => line.msg)).toContain('run queued again: this process is stopping');
    expect(await getRun(installation.db, 1)).toMatchObject({ status: 'queued', startedAt: undefined });

    await using _ = await serve(installation.config, '--roles', 'worker');
    expect(await over(installation, 1)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { added: 9 } },
    });
    expect(await sync.ended).toMatchObject({ code: 0 });
  });
});
