/** Failures of a real OpenLDAP: every run fails without a change, and the next one succeeds without a repair. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Slapd } from '../../dev/servers/slapd.ts';
import { readDirectory } from '../../src/directory/read/read-directory.ts';
import type { DirectorySettings } from '../../src/model/settings.ts';
import { type Jobs, jobsOver } from '../support/given/company.ts';
import { type FreshDatabase, freshDatabase } from '../support/servers/database.ts';
import { auditGaps, seed, startDirectory, TRUTH } from './failing-installation.ts';

let slapd: Slapd;
let settings: DirectorySettings;
let fresh: FreshDatabase;
let jobs: Jobs;

beforeAll(async () => {
  ({ slapd, settings } = await startDirectory());
  fresh = await freshDatabase();
  await seed(fresh.db);
  await jobsOver(fresh.db, settings).sync();
});
beforeEach(() => {
  jobs = jobsOver(fresh.db, settings);
});
afterAll(async () => {
  await fresh[Symbol.asyncDispose]();
  await slapd[Symbol.asyncDispose]();
});

/** The run fails with this error and writes nothing, and the next one gives the expected result. */
async function failsWithoutTrace(code: string, run: () => Promise<unknown>, repair = async () => {}) {
  expect(await jobs.written(run)).toEqual([]);
  const { lastRun } = await jobs.status();
  expect(lastRun).toMatchObject({ status: 'failed', errorCode: code });
  await repair();
  jobs.settings = settings;
  expect(await jobs.written(() => jobs.sync())).toEqual([]);
  expect(await jobs.status()).toMatchObject({ lastRun: { status: 'succeeded' }, consecutiveFailures: 0 });
  expect(await jobs.members()).toEqual(TRUTH);
  expect(await auditGaps(fresh.db)).toEqual([]);
  return lastRun;
}

describe('a sync when OpenLDAP', () => {
  it('is killed in the middle of a paged read', async () => {
    const killed: Promise<void>[] = [];
    const readAndKill: typeof readDirectory = (directory, options) =>
      readDirectory(directory, {
        ...options,
        onProgress: () => {
          if (killed.length === 0) killed.push(slapd.kill());
        },
      });
    const run = async () => jobs.begin(await jobs.request(), { readDirectory: readAndKill });
    jobs.settings = { ...settings, pageSize: 20 };
    const failed = await failsWithoutTrace('interrupted', run, async () => {
      await Promise.all(killed);
      await slapd.start();
    });
    expect(failed?.errorMessage).toMatch(/\(\d+ entries read\)/);
  });

  it('reaches its size limit, and the message says after how many entries (F12)', async () => {
    jobs.settings = { ...settings, bindDn: slapd.cappedDn };
    const failed = await failsWithoutTrace('size_limit', () => jobs.sync());
    expect(failed?.errorMessage).toMatch(/\(2\d\d entries read\): size limit exceeded/);
  });

  it('refuses the password (F93)', async () => {
    jobs.settings = { ...settings, bindPassword: 'no-longer-the-password' };
    const failed = await failsWithoutTrace('bind_refused', () => jobs.sync());
    expect(failed?.errorMessage).not.toContain('no-longer-the-password');
  });

  it('cannot be reached (F04)', async () => {
    await slapd.stop();
    await failsWithoutTrace(
      'unreachable',
      () => jobs.sync(),
      () => slapd.start(),
    );
  });
});
