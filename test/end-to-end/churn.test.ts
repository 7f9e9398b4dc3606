/** Syncs of a changing directory give exactly the expected members after every step. */
import { Client } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { churn } from '../../dev/organisation/churn/churn.ts';
import { makeOrganisation } from '../../dev/organisation/generate/organisation.ts';
import { applyStep } from '../../dev/organisation/write/apply.ts';
import { type LivedInCompany, openLivedInCompany } from '../support/given/lived-in-company.ts';

const organisation = makeOrganisation({ size: 'S' });
let scene: LivedInCompany;
let admin: Client;

beforeAll(async () => {
  scene = await openLivedInCompany(organisation);
  admin = new Client({ url: scene.server.url, timeout: 10_000, connectTimeout: 5_000 });
  await admin.bind(scene.server.adminDn, scene.server.adminPassword);
  await scene.sync();
});

afterAll(async () => {
  await admin.unbind();
  await scene[Symbol.asyncDispose]();
});

describe('syncs of a directory that changes', () => {
  // In order: every step depends on the earlier ones.
  for (const step of churn(organisation)) {
    it(step.title, async () => {
      await applyStep(admin, step);

      expect((await scene.sync()).status).toBe('succeeded');
      expect(await scene.managed()).toEqual(step.afterFirstRun);

      expect((await scene.sync()).status).toBe('succeeded');
      expect(await scene.managed()).toEqual(step.afterSecondRun);

      expect(await scene.syncForNothing()).toEqual({ status: 'succeeded', written: [] });
    });
  }
});
