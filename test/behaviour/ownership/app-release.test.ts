/** Groups that are released or frozen. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { abandonedDirectories } from '../../../src/store/ownership/abandoned.ts';
import { releaseDirectory } from '../../../src/store/ownership/release.ts';
import { listDirectoryGroups } from '../../../src/store/queries/directory-groups.ts';
import { runGroups } from '../../../src/store/runs/request.ts';
import { groupDn, personDn } from '../../support/given/company.ts';
import { ACT, type Handover, openHandover } from '../../support/given/handing-over.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { mapping } from '../../support/given/values.ts';

const GROUPS = { devs: ['alice', 'bob'], ops: ['carol'] };
const SYNCED = { 'platform/devs': ['alice', 'bob'], 'platform/ops': ['carol'] };

async function synced(): Promise<Handover> {
  const company = await openHandover({ groups: GROUPS });
  await company.sync();
  return company;
}

const addCarol = ({ ldap }: Handover) =>
  ldap.modify(groupDn('devs'), { replace: { member: ['alice', 'bob', 'carol'].map(uid => personDn(uid)) } });

describe('release', () => {
  it('a released group is manual with its members, and stays manual however often a read finds it (B19)', async () => {
    await using company = await synced();
    const id = await company.id('devs');
    const released = await company.ownership().release(id, { ...ACT, empty: false });
    expect(released).toMatchObject({ id, managed: false, state: 'manual', directory: null, members: 2 });
    addCarol(company);
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual(SYNCED);
    expect(await company.status()).toMatchObject({ groups: { linked: 1, released: 1, conflict: 0 } });
    expect(await company.written(() => company.sync())).toEqual([]);

    expect(await company.adopt('devs')).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ ...SYNCED, 'platform/devs': ['alice', 'bob', 'carol'] });
    expect(await company.events()).toEqual([
      'release platform/devs by cli:ada of corp because CHG-1234',
      'adopt platform/devs by cli:ada of corp because CHG-1234',
    ]);
  });

  it('a user can change and delete it after the release, and not before (B18)', async () => {
    await using company = await synced();
    const remove = () => rowsOf(company.db, sql`delete from access_group where name = 'devs'`);
    await expect(remove()).rejects.toThrow();
    await company.ownership().release(await company.id('devs'), { ...ACT, empty: false });
    await remove();
    expect(await company.members()).toEqual({ 'platform/ops': ['carol'] });
    expect(await company.sync()).toMatchObject({ status: 'succeeded', counts: { plan: { create: 0 } } });
  });

  it('a group without its mapping is unchanged until a user releases it with or without its members (B12)', async () => {
    await using company = await synced();
    company.settings = {
      ...company.settings,
      mappings: [mapping({ groups: { filter: '(cn=none)' }, name: 'x-{cn}' })],
    };
    await company.sync();
    await company.sync();
    expect(await company.members()).toEqual(SYNCED);
    const { items } = await company.ownership().listGroups('corp', { limit: 50, after: undefined });
    expect(items).toMatchObject([
      {
        name: 'devs',
        state: 'out_of_scope',
        reason: 'mapping_removed',
        wayOut: expect.stringMatching(/release/),
      },
      { name: 'ops', state: 'out_of_scope', reason: 'mapping_removed' },
    ]);

    await company.ownership().release(await company.id('devs'), { ...ACT, empty: false });
    await company.ownership().release(await company.id('ops'), { ...ACT, empty: true });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'bob'], 'platform/ops': [] });
    const audit = sql`
      select action, username, group_name, directory, actor, reason from membership_change where action = 'remove'`;
    expect(await rowsOf(company.db, audit)).toEqual([
      {
        action: 'remove',
        username: 'carol',
        group_name: 'ops',
        directory: 'corp',
        actor: ACT.by,
        reason: 'group_released',
      },
    ]);
  });

  it('a directory that is no longer configured is shown, and released as a whole (B13)', async () => {
    await using company = await synced();
    expect(await abandonedDirectories(company.db, ['corp'])).toEqual([]);
    expect(await abandonedDirectories(company.db, ['other'])).toEqual([
      { name: 'corp', groups: 2, memberships: 3, lastSuccessAt: expect.any(Date) },
    ]);
    expect(await releaseDirectory(company.db, 'corp', ACT)).toBe(2);
    expect(await abandonedDirectories(company.db, ['other'])).toEqual([]);
    expect(await company.members()).toEqual(SYNCED);
    expect(await company.events()).toEqual([
      'release platform/devs by cli:ada of corp because CHG-1234',
      'release platform/ops by cli:ada of corp because CHG-1234',
    ]);
    expect(await releaseDirectory(company.db, 'corp', ACT)).toBe(0);
    await company.sync();
    expect(await company.members()).toEqual(SYNCED);
  });

  it('refuses a group that no directory owns', async () => {
    await using company = await synced();
    const id = await company.makeGroup('mine', ['alice']);
    const ownership = company.ownership();
    await expect(ownership.release(id, { ...ACT, empty: true })).rejects.toMatchObject({
      code: 'not_managed',
    });
    await expect(ownership.freeze(id, ACT)).rejects.toMatchObject({ code: 'not_managed' });
    await expect(ownership.resync(id, ACT.by)).rejects.toMatchObject({ code: 'not_managed' });
    await expect(ownership.release(999, { ...ACT, empty: true })).rejects.toMatchObject({
      code: 'unknown_group',
    });
    expect(await company.members()).toEqual({ ...SYNCED, 'platform/mine': ['alice'] });
  });

  it('a task that comes after the release changes nothing (D5)', async () => {
    await using company = await synced();
    addCarol(company);
    const run = await company.request();
    await company.begin(run);
    await company.ownership().release(await company.id('devs'), { ...ACT, empty: false });
    await company.work();
    expect(await runGroups(company.db, run)).toMatchObject([{ outcome: 'superseded', reason: 'released' }]);
    expect(await company.members()).toEqual(SYNCED);
  });
});

describe('freeze', () => {
  it('keeps name and members, follows the DN, and catches up when it ends', async () => {
    await using company = await synced();
    const id = await company.id('devs');
    expect(await company.ownership().freeze(id, ACT)).toMatchObject({ frozen: true, managed: true });
    addCarol(company);
    company.ldap.rename(groupDn('devs'), groupDn('developers'));
    const run = await company.sync();
    expect(run).toMatchObject({ status: 'succeeded', counts: { plan: { frozen: 1, rename: 0, update: 0 } } });
    expect(await company.members()).toEqual(SYNCED);
    expect(await company.status()).toMatchObject({ frozen: 1 });
    const frozen = await listDirectoryGroups(company.db, 'corp', { limit: 9, state: 'frozen' });
    expect(frozen.items).toMatchObject([{ dn: groupDn('developers'), groupName: 'devs', frozen: true }]);
    expect(await company.written(() => company.sync())).toEqual([]);
    await expect(company.ownership().resync(id, ACT.by)).rejects.toMatchObject({ code: 'frozen_group' });

    await company.ownership().unfreeze(id, ACT);
    expect(await company.sync({ trigger: 'schedule' })).toMatchObject({ counts: { plan: { rename: 1 } } });
    expect(await company.members()).toEqual({
      'platform/developers': ['alice', 'bob', 'carol'],
      'platform/ops': ['carol'],
    });
    await expect(company.ownership().unfreeze(id, ACT)).rejects.toMatchObject({ code: 'not_frozen' });
    expect(await company.events()).toEqual([
      'freeze platform/devs by cli:ada of corp because CHG-1234',
      'unfreeze platform/devs by cli:ada of corp because CHG-1234',
    ]);
  });

  it('keeps the members of a group that disappears, and late tasks change nothing', async () => {
    await using company = await synced();
    addCarol(company);
    const late = await company.request();
    await company.begin(late);
    await company.ownership().freeze(await company.id('devs'), ACT);
    await company.work();
    expect(await runGroups(company.db, late)).toMatchObject([{ outcome: 'superseded', reason: 'frozen' }]);
    company.ldap.delete(groupDn('devs'));
    for (let read = 0; read < 3; read++) await company.sync();
    expect(await company.members()).toEqual(SYNCED);
    expect(await company.status()).toMatchObject({ groups: { missing: 1 }, frozen: 1 });
  });
});

describe('resync', () => {
  it('reads one group and corrects it', async () => {
    await using company = await synced();
    addCarol(company);
    const run = await company.finish(await company.ownership().resync(await company.id('devs'), ACT.by));
    expect(run).toMatchObject({ status: 'succeeded', group: groupDn('devs'), requestedBy: ACT.by });
    expect((await company.members())['platform/devs']).toEqual(['alice', 'bob', 'carol']);
  });
});
