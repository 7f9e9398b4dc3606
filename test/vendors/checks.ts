/** Tests that every directory server must pass. */
import { Client } from 'ldapts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { churn } from '../../dev/organisation/churn/churn.ts';
import type { Organisation } from '../../dev/organisation/model/model.ts';
import { expectedAtFirst } from '../../dev/organisation/truth/truth.ts';
import { applyStep } from '../../dev/organisation/write/apply.ts';
import { replaceValues } from '../../dev/organisation/write/operations.ts';
import type { DirectoryServer } from '../../dev/servers/directory.ts';
import { checkDirectory } from '../../src/directory/check/check-directory.ts';
import { readDirectory } from '../../src/directory/read/read-directory.ts';
import { type LivedInCompany, openLivedInCompany } from '../support/given/lived-in-company.ts';
import { planFromSnapshots } from './snapshots.ts';

/**
 * Tests for every directory server, in order on one server. `ownTests` run before the first sync and undo their
 * changes.
 */
export function checkVendor(
  organisation: Organisation,
  start: (organisation: Organisation) => Promise<DirectoryServer>,
  ownTests: (scene: () => LivedInCompany) => void,
): void {
  let scene: LivedInCompany;
  let admin: Client;
  beforeAll(async () => {
    scene = await openLivedInCompany(organisation, start);
    admin = new Client({ url: scene.server.url, timeout: 10_000, connectTimeout: 5_000 });
    await admin.bind(scene.server.adminDn, scene.server.adminPassword);
  });
  afterAll(async () => {
    await admin.unbind();
    await scene[Symbol.asyncDispose]();
  });

  it('is recognised, and `check` finds no failure', async () => {
    const findings = await checkDirectory({ ...scene.directory, vendor: 'auto' });
    expect(findings.filter(({ level }) => level === 'fail')).toEqual([]);
    expect(findings.map(({ message }) => message).join('\n')).toContain(organisation.dialect);
  });

  ownTests(() => scene);

  it('gives every AccessGroup exactly its true members, and writes nothing the second time', async () => {
    expect((await scene.sync()).status).toBe('succeeded');
    expect(await scene.managed()).toEqual(expectedAtFirst(organisation));
    expect(await scene.syncForNothing()).toEqual({ status: 'succeeded', written: [] });
  });

  it('gives the same read with small pages', async () => {
    const byPagesOf = async (pageSize: number) => {
      const { users, groups } = await readDirectory({ ...scene.directory, pageSize });
      return {
        users: users.map(({ dn }) => dn),
        groups: groups.map(({ dn, members }) => [dn, members.kind]),
      };
    };
    expect(await byPagesOf(7)).toEqual(await byPagesOf(1000));
  });

  it.each(['users', 'groups'] as const)(
    'does not count as empty if the base of %s is missing (F01)',
    async kind => {
      const { directory } = scene;
      const baseDn = `ou=typo,${scene.server.baseDn}`;
      const wrong = { ...directory, [kind]: { ...directory[kind], baseDn } };
      await expect(readDirectory(wrong)).rejects.toMatchObject({ code: 'base_missing' });
    },
  );

  it('is not read again until something changes', async () => {
    expect((await scene.sync('schedule')).counts).toMatchObject({ unchanged: true });
    expect((await scene.sync('schedule')).counts).toMatchObject({ unchanged: true });
    await applyStep(admin, { title: 'a title changes', operations: [titleChange(organisation)] });
    const { counts, status } = await scene.sync('schedule');
    expect({ status, unchanged: counts.unchanged }).toEqual({ status: 'succeeded', unchanged: undefined });
    expect(await scene.syncForNothing()).toEqual({ status: 'succeeded', written: [] });
  });

  it('plans the same from a snapshot, with names and with pseudonyms', async () => {
    await planFromSnapshots(scene);
  });

  // In order: every step depends on the earlier ones.
  for (const step of churn(organisation)) {
    it(step.title, async () => {
      await applyStep(admin, step);

      expect((await scene.sync()).status).toBe('succeeded');
      expect(await scene.managed()).toEqual(step.afterFirstRun);

      expect((await scene.sync()).status).toBe('succeeded');
      expect(await scene.managed()).toEqual(step.afterSecondRun);
    });
  }

  it('needs no further write after all changes, and no member is removed when it crashes', async () => {
    expect(await scene.syncForNothing()).toEqual({ status: 'succeeded', written: [] });
    await scene.server.kill();
    expect(await scene.syncForNothing()).toEqual({ status: 'failed', written: [] });
    await scene.server.start();
    expect(await scene.syncForNothing()).toEqual({ status: 'succeeded', written: [] });
  });
}

/** A change that affects no membership. */
function titleChange(organisation: Organisation) {
  const [person] = organisation.people;
  if (person === undefined) throw new Error('the organisation has nobody');
  return replaceValues(organisation, person, { title: ['Chief of Something'] });
}
