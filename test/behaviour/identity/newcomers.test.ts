/** Which people are created, matched, or only reported: the text of one person never affects the others. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { UserSettings } from '../../../src/model/settings.ts';
import {
  type Company,
  type CompanyOptions,
  groupDn,
  groupEntry,
  openCompany,
  personDn,
  personEntry,
} from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';

async function openWith(users: Partial<UserSettings>, options: CompanyOptions = {}): Promise<Company> {
  const company = await openCompany({ groups: { devs: ['alice'] }, ...options });
  company.settings = { ...company.settings, users: { ...company.settings.users, ...users } };
  return company;
}

function hire(company: Company, uid: string, more: Parameters<typeof personEntry>[1]): void {
  company.ldap.add(personEntry(uid, more));
  company.ldap.modify(groupDn('devs'), { add: { member: [personDn(uid)] } });
}

const unresolved = ({ db }: Company) =>
  rowsOf(db, sql`select member, reason::text from unresolved_member order by member, reason`);
const names = async ({ db }: Company) =>
  (await rowsOf(db, sql<{ name: string }>`select username::text as name from auth_user order by id`)).map(
    row => row.name,
  );

/** The next run plans nothing and writes nothing. */
async function expectQuiet(company: Company): Promise<void> {
  expect(await company.written(() => company.sync())).toEqual([]);
  const dry = await company.sync({ mode: 'plan' });
  expect(dry.counts.plan).toMatchObject({ add: 0, remove: 0, create: 0, update: 0 });
}

describe('people who join', () => {
  it('two people who match one local user are reported, and all others are synced (G12)', async () => {
    await using company = await openWith({ match: ['username', 'email'] }, { local: ['alice', 'carol'] });
    await rowsOf(
      company.db,
      sql`update auth_user set email = 'shared@example.test' where username = 'alice'`,
    );
    company.ldap.modify(personDn('bob'), { replace: { mail: ['shared@example.test'] } });
    company.ldap.modify(groupDn('devs'), { add: { member: [personDn('bob'), personDn('carol')] } });
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ 'platform/devs': ['carol'] });
    expect(await unresolved(company)).toEqual([
      { member: personDn('alice'), reason: 'ambiguous_user' },
      { member: personDn('bob'), reason: 'ambiguous_user' },
    ]);
    await expectQuiet(company);
  });

  it('two people with one username, and one whose username a local user has, are not created (G13)', async () => {
    await using company = await openWith({ match: ['email'], onUnknown: 'create' });
    hire(company, 'dora', {});
    hire(company, 'twin', { uid: ['DORA'] });
    hire(company, 'namesake', { uid: ['carol'], mail: ['other@example.test'] });
    hire(company, 'erin', {});
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await names(company)).toEqual(['alice', 'bob', 'carol', 'erin']);
    expect(await unresolved(company)).toEqual([
      { member: personDn('dora'), reason: 'ambiguous_user' },
      { member: personDn('namesake'), reason: 'username_taken' },
      { member: personDn('twin'), reason: 'ambiguous_user' },
    ]);
    await expectQuiet(company);
  });

  it('a username that only a local user has is taken (G13)', async () => {
    await using company = await openWith({ match: ['email'], onUnknown: 'create' });
    await rowsOf(company.db, sql`insert into auth_user (username) values (' Dora ')`);
    hire(company, 'dora', {});
    hire(company, 'erin', {});
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await names(company)).toEqual(['alice', 'bob', 'carol', ' Dora ', 'erin']);
    expect(await unresolved(company)).toEqual([{ member: personDn('dora'), reason: 'username_taken' }]);
    await expectQuiet(company);
  });

  it.each<[string, Parameters<typeof personEntry>[1], string]>([
    ['a NUL in the username', { uid: ['do\0ra'] }, 'username_invalid'],
    ['an override of direction in the username', { uid: ['do\u202era'] }, 'username_invalid'],
    ['300 characters in the username', { uid: ['x'.repeat(300)] }, 'username_too_long'],
    ['a NUL in the address', { mail: ['do\0ra@example.test'] }, 'email_invalid'],
    ['300 characters in the address', { mail: [`${'x'.repeat(300)}@example.test`] }, 'email_too_long'],
    ['a NUL in the name', { cn: ['Do\0ra'] }, 'full_name_invalid'],
    ['300 characters in the name', { cn: ['x'.repeat(300)] }, 'full_name_too_long'],
  ])('with %s, one is reported and the others are created (G14)', async (_, odd, reason) => {
    await using company = await openWith({ match: ['username', 'email'], onUnknown: 'create' });
    hire(company, 'dora', odd);
    hire(company, 'erin', {});
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'erin'] });
    expect(await unresolved(company)).toEqual([{ member: personDn('dora'), reason }]);
    await expectQuiet(company);
  });

  it('texts that no column can hold, in DNs, member values and group names, are written once (G14)', async () => {
    await using company = await openWith({ onUnknown: 'create' });
    company.ldap.add({ ...personEntry('erin'), dn: personDn('er\0in') });
    const member = [personDn('er\0in'), personDn('gho\0st'), personDn('lone\ud800')];
    company.ldap.modify(groupDn('devs'), { add: { member } });
    company.ldap.add({ ...groupEntry('odd', ['alice'], { cn: ['o\0dd'] }), dn: groupDn('o\0dd') });
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'erin'] });
    await expectQuiet(company);
  });

  it('a person who matches protect and has no local user yet is neither created nor added (G15)', async () => {
    await using company = await openWith(
      { onUnknown: 'create' },
      { settings: { protect: ['svc-*', '?oot'] } },
    );
    hire(company, 'SVC-backup', {});
    hire(company, 'root', {});
    hire(company, 'erin', {});
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'erin'] });
    expect(await names(company)).toEqual(['alice', 'bob', 'carol', 'erin']);
    await expectQuiet(company);
  });

  it('white space around and inside a username is squeezed: one user, found or created (G72)', async () => {
    await using company = await openWith({ onUnknown: 'create' }, { local: ['alice', 'ben', ' Ann  Lee'] });
    hire(company, 'p1', { uid: [' ben '] });
    hire(company, 'p2', { uid: ['ann lee'] });
    hire(company, 'p3', { uid: [' zoe \u00a0 k'] });
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await names(company)).toEqual(['alice', 'ben', ' Ann  Lee', 'zoe k']);
    expect(await company.members()).toEqual({ 'platform/devs': [' Ann  Lee', 'alice', 'ben', 'zoe k'] });
    await expectQuiet(company);
  });

  it('a username whose letters only look alike matches no user (G64)', async () => {
    await using company = await openWith({ onUnknown: 'create' }, { local: ['alice', '\u212Aevin'] });
    hire(company, 'kevin', {});
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice'] });
    expect(await unresolved(company)).toEqual([{ member: personDn('kevin'), reason: 'username_taken' }]);
    await expectQuiet(company);
  });
});
