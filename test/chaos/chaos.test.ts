/**
 * A complete installation under injected faults: a scheduler, three workers, OpenLDAP, Redis and PostgreSQL are killed,
 * paused, disconnected and restarted while the directory changes. CONTRIBUTING.md says how to run it and how to read
 * its output.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/observe/until.ts';
import { type ChurningDirectory, openChurningDirectory } from './churning-directory.ts';
import { type Installation, openInstallation } from './installation.ts';
import { injectFaults } from './nemesis.ts';
import { planFaults } from './schedule.ts';
import { groupsNow, groupsTrue, stuck, unfounded, type Watch, watch } from './watcher.ts';

const SECONDS = Number(process.env['ROLLCALL_CHAOS_SECONDS'] ?? 150);
const SEED = process.env['ROLLCALL_CHAOS_SEED'] ?? '1';

/** A few seconds are enough on an idle machine; on a busy one, a killed process takes long to start. */
const CALM_MS = 180_000;

let installation: Installation;
let churning: ChurningDirectory;
let watched: Watch;
let calmAt: number;

beforeAll(
  async () => {
    installation = await openInstallation();
    churning = openChurningDirectory(installation.servers.slapd, SEED);
    await until(
      'the first sync',
      async () => (await groupsNow(installation.databaseUrl)).length > 20,
      60_000,
    );
    say(`a storm of ${SECONDS} s, seed ${SEED}; logs in ${installation.folder}`);
    const [storm, sight] = [new AbortController(), new AbortController()];
    const churned = churning.churn(storm.signal);
    const watching = watch(installation.databaseUrl, sight.signal);
    const started = Date.now();
    const faults = planFaults(SEED, SECONDS * 1_000);
    await injectFaults(installation, faults, line =>
      say(`${((Date.now() - started) / 1_000).toFixed(1)} s: ${line}`),
    );
    storm.abort();
    const changes = await churned;
    calmAt = Date.now();
    say(`${faults.length} faults ended, after ${changes} changes of the directory`);
    const isTrue = async () => {
      return (
        JSON.stringify(await groupsNow(installation.databaseUrl)) === JSON.stringify(groupsTrue(churning))
      );
    };
    await until('the database says what the directory says', isTrue, CALM_MS).catch(error =>
      say(String(error)),
    );
    say(`true again ${((Date.now() - calmAt) / 1_000).toFixed(1)} s after the last change`);
    sight.abort();
    watched = await watching;
  },
  (SECONDS + 150) * 1_000 + CALM_MS,
);

afterEach(({ task }) => {
  if (task.result?.state === 'fail') installation.keepLogs();
});
afterAll(() => installation?.[Symbol.asyncDispose]());

describe('an installation under injected faults', () => {
  it('matches the directory at the end without manual repair (F77)', async () => {
    expect(await groupsNow(installation.databaseUrl)).toEqual(groupsTrue(churning));
  });

  it('never removes or adds a member unless the directory shows that at the time', async () => {
    expect(await unfounded(installation.databaseUrl, churning.timeline)).toEqual([]);
  });

  it('never has two active runs, changes no manual group, and has a complete audit at every time (F78)', () => {
    expect(watched.observations).toBeGreaterThan(SECONDS);
    expect(watched.breaches).toEqual([]);
  });

  it('leaves no task and no run behind', async () => {
    await until(
      'old runs are over',
      async () => (await stuck(installation.databaseUrl)).length === 0,
      30_000,
    );
  });
});

function say(line: string): void {
  process.stderr.write(`rollcall chaos: ${line}\n`);
}
