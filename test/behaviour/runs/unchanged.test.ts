/** A schedule does not read a directory whose change marker has not moved; a request does. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { DirectoryError } from '../../../src/errors.ts';
import type { Run } from '../../../src/model/run.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { forceSql } from '../../support/servers/force.ts';

const GROUPS = { devs: ['alice', 'bob'], ops: ['carol'] };
const SKIPPED = { status: 'succeeded', counts: { unchanged: true } };

/** The run, and whether it read users and groups. */
async function observed(company: Company, sync: () => Promise<Run>) {
  const before = company.ldap.requests.length;
  const run = await sync();
  const asked = company.ldap.requests.slice(before);
  return { run, read: asked.some(({ filter }) => /groupOfNames/.test(filter ?? '')) };
}

const bySchedule = (company: Company) => observed(company, () => company.sync({ trigger: 'schedule' }));

describe('an unchanged directory', () => {
  it('is skipped by schedules only: a requested run reads', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    expect(await bySchedule(company)).toMatchObject({ read: false, run: SKIPPED });
    expect(await company.written(() => bySchedule(company))).toEqual([]);
    expect((await observed(company, () => company.sync())).read).toBe(true);
    expect((await observed(company, () => company.sync({ mode: 'plan' }))).read).toBe(true);
  });

  it('is read if a query about a member who leaves had no answer (G20)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    company.ldap.modify(groupDn('devs'), { delete: { member: [personDn('bob')] } });
    await company.begin(await company.request({ trigger: 'schedule' }), {
      readDirectory: async (settings, options) => {
        if (options?.targets !== undefined)
          throw new DirectoryError('interrupted', 'The connection was lost.');
        return readDirectory(settings, options);
      },
    });
    await company.work();
    expect(await company.members()).toMatchObject({ 'platform/devs': ['alice', 'bob'] });
    expect((await bySchedule(company)).read).toBe(true);
    expect(await company.members()).toMatchObject({ 'platform/devs': ['alice'] });
    expect((await bySchedule(company)).read).toBe(false);
  });

  it('is read when it changes, when its settings change, and when fullReadEvery has passed', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    company.ldap.modify(groupDn('ops'), { add: { member: [personDn('bob')] } });
    expect(await bySchedule(company)).toMatchObject({
      read: true,
      run: { counts: { applied: { added: 1 } } },
    });
    expect((await bySchedule(company)).read).toBe(false);

    company.settings = { ...company.settings, protect: ['svc-*'] };
    expect((await bySchedule(company)).read).toBe(true);
    expect((await bySchedule(company)).read).toBe(false);

    company.settings = { ...company.settings, fullReadEveryMs: 0 };
    expect((await bySchedule(company)).read).toBe(true);
  });

  it('a schedule corrects drift in the database when fullReadEvery has passed (F74)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    await forceSql(company.db, sql`delete from access_group_members`);
    const later = () => new Date(Date.now() + company.settings.fullReadEveryMs);
    const run = await company.request({ trigger: 'schedule' });
    await company.begin(run, { now: later });
    await company.work();
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'bob'], 'platform/ops': ['carol'] });
  });

  it('is read again as long as a group awaits its second absence (B2)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    company.ldap.delete(groupDn('ops'));
    expect((await bySchedule(company)).read).toBe(true);
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'bob'], 'platform/ops': ['carol'] });
    expect((await bySchedule(company)).read).toBe(true);
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'bob'], 'platform/ops': [] });
    expect((await bySchedule(company)).read).toBe(false);
  });

  it('the resync of one group does not count as a read of the directory', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    company.ldap.modify(groupDn('ops'), { add: { member: [personDn('bob')] } });
    await company.sync({ group: 'devs' });
    expect((await bySchedule(company)).read).toBe(true);
    expect(await company.members()).toMatchObject({ 'platform/ops': ['bob', 'carol'] });
  });

  it.each([
    ['an hour from now', 3_600_000],
    ['in the year 30 828', 9e14],
  ])('is read when an account expires %s, and skipped until then (G29)', async (_, inMs) => {
    await using company = await openCompany({
      groups: GROUPS,
      settings: { vendor: 'activedirectory', idAttribute: 'entryUUID', fullReadEveryMs: 365 * 86_400_000 },
    });
    const expires = Date.now() + inMs;
    for (const uid of ['alice', 'bob', 'carol'])
      company.ldap.modify(personDn(uid), { add: { userAccountControl: ['512'] } });
    company.ldap.modify(personDn('alice'), { add: { accountExpires: [filetime(expires)] } });
    company.ldap.modify(personDn('bob'), { add: { accountExpires: ['9223372036854775807'] } });
    await company.sync();
    const at = async (instant: number) => {
      const run = await company.request({ trigger: 'schedule' });
      const clock = () => instant;
      await company.begin(run, {
        now: () => new Date(instant),
        readDirectory: (settings, options) => readDirectory(settings, { ...options, clock }),
      });
      await company.work();
      const { unchanged = false } = (await company.run(run)).counts;
      return { unchanged, devs: (await company.members())['platform/devs'] };
    };
    const soon = Math.min(expires, Date.now() + 3_600_000);
    expect(await at(soon - 1_000)).toEqual({ unchanged: true, devs: ['alice', 'bob'] });
    const isOver = expires <= soon;
    expect(await at(soon)).toEqual({ unchanged: !isOver, devs: isOver ? ['bob'] : ['alice', 'bob'] });
    expect((await bySchedule(company)).read).toBe(false);
  });
});

/** A time as Active Directory writes it. */
function filetime(ms: number): string {
  return String((BigInt(ms) + 11_644_473_600_000n) * 10_000n);
}
