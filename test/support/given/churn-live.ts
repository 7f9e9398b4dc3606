/** After every step of the churn, one hinted run must equal what a run of the whole directory would give. */
import { Client } from 'ldapts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { churn } from '../../../dev/organisation/churn/churn.ts';
import type { Organisation } from '../../../dev/organisation/model/model.ts';
import { applyStep } from '../../../dev/organisation/write/apply.ts';
import type { DirectoryServer } from '../../../dev/servers/directory.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { openWatch, type Watch } from '../../../src/directory/watch/open-watch.ts';
import { syncHinted } from '../../../src/jobs/live/sync-hinted.ts';
import { reconcileBatch } from '../../../src/jobs/reconcile-batch.ts';
import { createLog } from '../../../src/log.ts';
import type { Hint } from '../../../src/model/watch.ts';
import { type Followed, followWatch } from '../observe/watch.ts';
import { type LivedInCompany, openLivedInCompany } from './lived-in-company.ts';

const { signal } = new AbortController();

/** Registers one test for each step, one after the other, on one server. */
export function checkChurnLive(
  organisation: Organisation,
  start?: (organisation: Organisation) => Promise<DirectoryServer>,
): void {
  let company: LivedInCompany;
  let admin: Client;
  let watch: Watch;
  let followed: Followed;

  beforeAll(async () => {
    company = await openLivedInCompany(organisation, start);
    admin = new Client({ url: company.server.url, timeout: 10_000, connectTimeout: 5_000 });
    await admin.bind(company.server.adminDn, company.server.adminPassword);
    await company.sync();
    const opened = await openWatch({ ...company.directory, live: 'auto' }, { signal, pollMs: 30 });
    if (opened === undefined) throw new Error('there is no watch');
    watch = opened;
    followed = followWatch(watch);
  });

  afterAll(async () => {
    watch[Symbol.dispose]();
    await admin.unbind();
    await company[Symbol.asyncDispose]();
  });

  for (const step of churn(organisation)) {
    it(step.title, async () => {
      const hints = await followed.during(() => applyStep(admin, step));
      const outcome = await follow(company, watch, hints);
      expect(await company.managed(), outcome).toEqual(step.afterFirstRun);
      // Nothing is left to write, unless the hints need the whole directory again.
      expect(await follow(company, watch, hints)).toBe(outcome === 'changed' ? 'nothing' : outcome);

      await company.sync();
      await company.sync();
      expect(await company.managed()).toEqual(step.afterSecondRun);
    });
  }
}

/** Applies the hints over the connection of the watch, and the whole directory if the hints need it. */
async function follow(
  company: LivedInCompany,
  { connection }: Watch,
  hints: readonly Hint[],
): Promise<string> {
  const { db, directory } = company;
  const ports = { db, log: createLog({ level: 'silent' }), owner: 'test', leaseMs: 60_000 };
  const outcome = await syncHinted(
    {
      ...ports,
      directories: [directory],
      readDirectory: (settings, options) => readDirectory(settings, { ...options, connection }),
      readMarker: () => Promise.reject(new Error('a hinted run reads no marker first')),
      async enqueueBatches(run, batches) {
        for (const batch of batches) await reconcileBatch(ports, run, batch);
      },
      now: () => new Date(),
    },
    directory,
    hints,
    signal,
  );
  if (outcome.whole === undefined) return outcome.kind;
  await company.sync();
  return outcome.whole;
}
