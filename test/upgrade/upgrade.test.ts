/**
 * A rolling upgrade while the directory changes: the previous release works, the schema is migrated, instances of this
 * release start, and those of the previous one stop one by one. `npm run test:upgrade` checks the other release out.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'ldapts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { asAdmin } from '../../dev/servers/directory.ts';
import { loadConfiguration } from '../../src/app/commands/configuration.ts';
import { openDecisions } from '../../src/app/operations/runs.ts';
import { RefusedError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { type ChurningDirectory, openChurningDirectory, TWIN } from '../chaos/churning-directory.ts';
import { type ChaosEnvironment, openEnvironment } from '../chaos/installation.ts';
import { ask, groupsNow, groupsTrue, stuck, unfounded, type Watch, watch } from '../chaos/watcher.ts';
import { until } from '../support/observe/until.ts';
import { programIn, rollcall, serve, serveProgram, startProgram } from '../support/servers/rollcall.ts';

const BEFORE = programIn(process.env['ROLLCALL_UPGRADE_FROM'] ?? '');
const SEED = process.env['ROLLCALL_UPGRADE_SEED'] ?? '1';
/** An abandoned run keeps its lease for half a minute. */
const CALM_MS = 120_000;

const stack = new AsyncDisposableStack();
let installation: ChaosEnvironment;
let churning: ChurningDirectory;
let watched: Watch;
let exits: readonly (number | null)[];

beforeAll(async () => {
  let configBefore = '';
  const migrate = async (config: string) => {
    configBefore = await configFor(config);
    return startProgram(BEFORE, configBefore, 'migrate', 'up').ended;
  };
  installation = stack.use(await openEnvironment(migrate));
  churning = openChurningDirectory(installation.servers.slapd, SEED);
  say(`seed ${SEED}`);
  const startBefore = async (role: string) => {
    return stack.use(await serveProgram(BEFORE, configBefore, '--roles', role));
  };
  const [scheduler, worker, doomed] = [
    await startBefore('scheduler'),
    await startBefore('worker'),
    await startBefore('worker'),
  ];
  await until('the first sync', async () => (await groupsNow(installation.databaseUrl)).length > 20, 60_000);
  const [churn, sight, office] = [new AbortController(), new AbortController(), new AbortController()];
  const churned = churning.churn(churn.signal);
  const watching = watch(installation.databaseUrl, sight.signal);
  await applied('the release before works');
  expect(await rollcall(installation.config, 'migrate', 'up')).toMatchObject({ code: 0, stderr: '' });
  say('the schema is migrated');
  const approving = approveAll(office.signal);
  // The names of the Redis keys differ, so a scheduler of this release enqueues the runs of the other one again.
  const joined = stack.use(await serve(installation.config, '--roles', 'scheduler,worker'));
  await applied('this release works for the scheduler of the release before');
  await asAdmin(installation.servers.slapd, client => addTwin(client));
  await until('a member is in doubt', async () => (await doubts()).length > 0, CALM_MS);
  say('a member is in doubt');
  await doomed.end('SIGKILL');
  stack.use(await serve(installation.config, '--roles', 'scheduler,worker'));
  await applied('both releases work');
  exits = await Promise.all([scheduler, worker, joined].map(each => each.end('SIGTERM')));
  await applied('this release works alone');
  churn.abort();
  say(`calm after ${await churned} changes of the directory`);
  await until('the database says what the directory says', isTrue, CALM_MS).catch(error =>
    say(String(error)),
  );
  office.abort();
  await approving;
  sight.abort();
  watched = await watching;
}, 600_000);

afterEach(({ task }) => {
  if (task.result?.state === 'fail') installation.keepLogs();
});
afterAll(() => stack.disposeAsync());

/**
 * This release recognises disabled accounts in another way, so its guard holds every removal until a read finds none. The
 * directory changes all the time, so an operator approves each.
 */
async function approveAll(signal: AbortSignal): Promise<void> {
  const { settings } = await loadConfiguration({ file: installation.config, env: {} });
  await using decisions = await openDecisions(settings, createLog({ level: 'silent' }));
  while (!signal.aborted) {
    const runs = await decisions.listRuns({ limit: 1, status: 'held' });
    for (const { id, counts } of runs)
      await decisions
        .approveRun(id, { by: 'ines', reason: 'upgrade', digest: counts.held?.digest })
        .then(() => {}, isOvertaken);
    await pause(200);
  }
}

/** A newer run read the directory again. */
function isOvertaken(error: unknown): void {
  if (!(error instanceof RefusedError)) throw error;
}

/** The previous release would remove the member of a value that can mean two people. */
async function addTwin(client: Client): Promise<void> {
  const [object, name] = [{ objectClass: 'inetOrgPerson' }, { cn: 'other', sn: 'other', uid: TWIN }];
  await client.add('cn=other,ou=people,dc=test', { ...object, ...name });
}

function doubts(): Promise<{ kind: string; username: string }[]> {
  return ask(
    installation.databaseUrl,
    `select kind, username from membership_doubt join auth_user on id = user_id where username = '${TWIN}'`,
  );
}

/** The previous release has no window of the guard. */
async function configFor(config: string): Promise<string> {
  const path = join(config, '../release-before.yaml');
  await writeFile(path, (await readFile(config, 'utf8')).replace(',"window":"0s"', ''));
  return path;
}

/** Waits until five more runs have changed members. */
async function applied(what: string): Promise<void> {
  const runs = async () => {
    const rows = await ask<{ n: number }>(
      installation.databaseUrl,
      'select count(distinct run_id)::int as n from membership_change',
    );
    return rows[0]?.n ?? 0;
  };
  const before = await runs();
  await until(what, async () => (await runs()) >= before + 5, CALM_MS);
  say(what);
}

async function isTrue(): Promise<boolean> {
  return JSON.stringify(await groupsNow(installation.databaseUrl)) === JSON.stringify(groupsTrue(churning));
}

describe('a rolling upgrade while the directory changes', () => {
  it('ends with what the directory says', async () => {
    expect(await groupsNow(installation.databaseUrl)).toEqual(groupsTrue(churning));
  });

  it('never removes or adds a member unless the directory shows that at the time', async () => {
    expect(await unfounded(installation.databaseUrl, churning.timeline)).toEqual([]);
  });

  it('keeps a member who is in doubt', async () => {
    expect(await doubts()).toEqual([{ kind: 'ambiguous_user', username: TWIN }]);
  });

  it('never has two active runs, changes no manual group, and has a complete audit at every time', () => {
    expect(watched.observations).toBeGreaterThan(20);
    expect(watched.breaches).toEqual([]);
  });

  it('leaves no run behind, and no run that reports no change although it changed something', async () => {
    await until(
      'old runs are over',
      async () => (await stuck(installation.databaseUrl)).length === 0,
      CALM_MS,
    );
    const lies = `select id, status, error_code from sync_run r where status in ('failed', 'rejected')
      and exists (select from membership_change c where c.run_id = r.id)`;
    expect(await ask(installation.databaseUrl, lies)).toEqual([]);
  });

  it('stops every instance gracefully', () => {
    expect(exits).toEqual([0, 0, 0]);
  });
});

function say(line: string): void {
  process.stderr.write(`rollcall upgrade: ${line}\n`);
}
