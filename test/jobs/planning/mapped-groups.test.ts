/** With few mapped groups in a large directory, a run reads only what they refer to. It reads everything if a question is open. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/model/run.ts';
import { type Company, groupDn, openCompany, personDn, personEntry } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { mapping, uuid } from '../../support/given/values.ts';

const CROWD = Array.from({ length: 100 }, (_, n) => `u${n}`);
const GROUPS = { devs: ['u0', 'u1'], others: CROWD };
const settings = { mappings: [mapping({ groups: { filter: '(cn=d*)' } })] };

async function openLarge(): Promise<Company> {
  const company = await openCompany({ people: CROWD, groups: GROUPS, settings });
  expect(wayOf(await company.sync())).toBe('whole');
  return company;
}

function wayOf({ counts: { read } }: Run) {
  return read?.open ?? read?.way;
}

const devs = async (company: Company) => (await company.members())['platform/devs'];

describe('a run with few mapped groups', () => {
  it('reads the mapped groups alone, and writes nothing if nothing changed', async () => {
    await using company = await openLarge();
    const again = async () => {
      const run = await company.sync();
      expect(wayOf(run)).toBe('mapped');
      expect(run.counts.read?.entries).toBeLessThan(10);
    };
    expect(await company.written(again)).toEqual([]);
  });

  it('adds and removes members who exist', async () => {
    await using company = await openLarge();
    company.ldap.modify(groupDn('devs'), {
      add: { member: [personDn('u7')] },
      delete: { member: [personDn('u0')] },
    });
    expect(wayOf(await company.sync())).toBe('mapped');
    expect(await devs(company)).toEqual(['u1', 'u7']);
  });

  it('stores a marker that lets the next schedule skip the read', async () => {
    await using company = await openLarge();
    company.ldap.modify(groupDn('devs'), { add: { member: [personDn('u7')] } });
    expect(wayOf(await company.sync({ trigger: 'schedule' }))).toBe('mapped');
    expect((await company.sync({ trigger: 'schedule' })).counts.unchanged).toBe(true);
  });

  it('reads everything if a member is not found: a person leaves after two such reads (C27)', async () => {
    await using company = await openLarge();
    company.ldap.delete(personDn('u0'));
    expect(wayOf(await company.sync())).toBe('members are in doubt');
    expect(await devs(company)).toEqual(['u0', 'u1']);
    expect(wayOf(await company.sync())).toBe('members are in doubt');
    expect(await devs(company)).toEqual(['u1']);
    expect(wayOf(await company.sync())).toBe('mapped');
  });

  it('reads everything if a group is gone: it is emptied after two such reads (B2)', async () => {
    await using company = await openCompany({
      people: CROWD,
      groups: { ...GROUPS, data: ['u2'], deep: ['u3'] },
      settings,
    });
    await company.sync();
    company.ldap.delete(groupDn('data'));
    expect(wayOf(await company.sync())).toBe('groups were not found');
    expect(wayOf(await company.sync())).toBe('groups were not found');
    expect(await company.members()).toMatchObject({ 'platform/data': [], 'platform/deep': ['u3'] });
    expect(wayOf(await company.sync())).toBe('mapped');
  });

  it('reads everything once if a value without an entry appears', async () => {
    await using company = await openLarge();
    company.ldap.modify(groupDn('devs'), { add: { member: [personDn('gone')] } });
    expect(wayOf(await company.sync())).toBe('other values than before match no entry');
    expect(wayOf(await company.sync())).toBe('mapped');
  });

  it('adds no person by an identity that another entry has too', async () => {
    await using company = await openLarge();
    company.ldap.add(personEntry('copy', { entryUUID: [uuid(8)] }));
    company.ldap.modify(groupDn('devs'), { add: { member: [personDn('u7')] } });
    await company.sync();
    expect(await devs(company)).toEqual(['u0', 'u1']);
  });

  it('adds no person by an entry that copies the identity and username of a linked person', async () => {
    await using company = await openLarge();
    company.ldap.modify(groupDn('devs'), { delete: { member: [personDn('u0')] } });
    expect(wayOf(await company.sync())).toBe('mapped');
    const copy = { ...personEntry('u0', { entryUUID: [uuid(1)] }), dn: 'cn=copy,ou=people,dc=test' };
    company.ldap.add(copy);
    company.ldap.modify(groupDn('devs'), { add: { member: [copy.dn] } });
    await company.sync();
    expect(await devs(company)).toEqual(['u1']);
  });

  it('stores the new username of a member', async () => {
    await using company = await openLarge();
    company.ldap.modify(personDn('u0'), { replace: { uid: ['renamed'] } });
    expect(wayOf(await company.sync())).toBe('mapped');
    const names = sql`select username from directory_user where external_id = ${uuid(1)}::uuid`;
    expect(await rowsOf(company.db, names)).toEqual([{ username: 'renamed' }]);
  });

  it('reads everything after fullReadEvery, even if the directory has not changed since it read the groups', async () => {
    await using company = await openLarge();
    company.ldap.modify(groupDn('devs'), { add: { member: [personDn('u7')] } });
    expect(wayOf(await company.sync())).toBe('mapped');
    await rowsOf(company.db, sql`update directory_state set whole_at = now() - interval '1 day'`);
    expect(wayOf(await company.sync({ trigger: 'schedule' }))).toBe('whole');
  });

  it('reads everything again after fullReadEvery, with other settings, and if the groups have grown', async () => {
    await using company = await openLarge();
    company.settings = { ...company.settings, fullReadEveryMs: 0 };
    expect(wayOf(await company.sync())).toBe('whole');
    company.settings = { ...company.settings, fullReadEveryMs: 3_600_000 };
    expect(wayOf(await company.sync())).toBe('mapped');
    company.settings = { ...company.settings, protect: ['svc-*'] };
    expect(wayOf(await company.sync())).toBe('whole');
    company.ldap.modify(groupDn('devs'), { add: { member: CROWD.slice(2, 9).map(uid => personDn(uid)) } });
    expect(wayOf(await company.sync())).toBe('whole');
    expect(await devs(company)).toHaveLength(9);
    expect(wayOf(await company.sync())).toBe('whole');
  });

  it('reads the same for a plan that is only shown', async () => {
    await using company = await openLarge();
    expect(wayOf(await company.sync({ mode: 'plan' }))).toBe('mapped');
  });
});
