/**
 * A complete installation under injected faults: a scheduler, three workers, OpenLDAP, Redis and PostgreSQL are killed,
 * paused, disconnected and restarted while the directory changes. CONTRIBUTING.md says how to run it and how to read
 * its output.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/observe/until.ts';
import { type Installation, openInstallation } from './installation.ts';
import { injectFaults } from './nemesis.ts';
import { planFaults } from './schedule.ts';
import { openTown, type Town } from './town.ts';
import { groupsNow, groupsTrue, stuck, unfounded, type Watch, watch } from './watcher.ts';

const SECONDS = Number(process.env['ROLLCALL_CHAOS_SECONDS'] ?? 150);
const SEED = process.env['ROLLCALL_CHAOS_SEED'] ?? '1';

/** A few seconds are enough on an idle machine; on a busy one, a killed process takes long to start. */
const CALM_MS = 180_000;

let place: Installation;
let town: Town;
let watched: Watch;
let calmAt: number;

beforeAll(
  async () => {
    place = await openInstallation();
    town = openTown(place.servers.slapd, SEED);
    await until('the first sync', async () => (await groupsNow(place.databaseUrl)).length > 20, 60_000);
    say(`a storm of ${SECONDS} s, seed ${SEED}; logs in ${place.folder}`);
    const [storm, sight] = [new AbortController(), new AbortController()];
    const churned = town.churn(storm.signal);
    const watching = watch(place.databaseUrl, sight.signal);
    const started = Date.now();
    const faults = planFaults(SEED, SECONDS * 1_000);
    await injectFaults(place, faults, line =>
      say(`${((Date.now() - started) / 1_000).toFixed(1)} s: ${line}`),
    );
    storm.abort();
    const changes = await churned;
    calmAt = Date.now();
    say(`${faults.length} faults ended, after ${changes} changes of the directory`);
    const isTrue = async () => {
      return JSON.stringify(await groupsNow(place.databaseUrl)) === JSON.stringify(groupsTrue(town));
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
  if (task.result?.state === 'fail') place.keepLogs();
});
afterAll(() => place?.[Symbol.asyncDispose]());

describe('an installation under injected faults', () => {
  it('matches the directory at the end without manual repair (F77)', async () => {
    expect(await groupsNow(place.databaseUrl)).toEqual(groupsTrue(town));
  });

  it('never removes or adds a member unless the directory shows that at the time', async () => {
    expect(await unfounded(place.databaseUrl, town.timeline)).toEqual([]);
  });

  it('never has two active runs, changes no manual group, and has a complete audit at every time (F78)', () => {
    expect(watched.observations).toBeGreaterThan(SECONDS);
    expect(watched.breaches).toEqual([]);
  });

  it('leaves no task and no run behind', async () => {
    await until('old runs are over', async () => (await stuck(place.databaseUrl)).length === 0, 30_000);
  });
});

function say(line: string): void {
  process.stderr.write(`rollcall chaos: ${line}\n`);
}
