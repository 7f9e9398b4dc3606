/** Doubts of a real sync: their explanation, their decision, and the run that applies it. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { accessOf } from '../../../src/app/operations/access.ts';
import { doubtsOf } from '../../../src/app/operations/doubts.ts';
import type { Explanation } from '../../../src/model/access.ts';
import {
  type Company,
  groupDn,
  groupEntry,
  openCompany,
  personDn,
  personEntry,
} from '../../support/given/company.ts';
import { groupId, rowsOf } from '../../support/given/saved-plan.ts';
import { uuid } from '../../support/given/values.ts';

const STAFF = ['s1', 's2', 's3', 's4', 's5', 's6'];

/** The settings and ports of the API and the commands. */
function actsOf(company: Company) {
  const settings = { directories: [company.settings] };
  const { db } = company;
  const access = accessOf({ db, current: { settings } });
  const sent: number[] = [];
  const doubts = doubtsOf({ db, current: { settings }, send: async run => void sent.push(run) });
  const explain = async (user: string, group = 'devs') =>
    textsOf(await access.explain({ user, team: 'platform', group }, { live: false }));
  return { access, doubts, explain, sent };
}

const textsOf = ({ steps }: Explanation) => steps.map(({ ok, text }) => `${ok ? 'yes' : 'no'}: ${text}`);

/** The group names bob by username, and since the second run another entry has the same one. */
async function ambiguous(): Promise<Company> {
  const company = await openCompany({
    people: ['alice', 'bob', ...STAFF],
    groups: { staff: STAFF },
  });
  const byUsername = {
    objectClass: ['groupOfNames', 'posixGroup'],
    memberUid: ['alice', 'bob'],
    gidNumber: ['7'],
  };
  company.ldap.add(groupEntry('devs', [], { ...byUsername, entryUUID: [uuid(1009)] }));
  company.ldap.add({
    dn: 'ou=other,ou=people,dc=test',
    attributes: { objectClass: ['organizationalUnit'] },
  });
  await company.sync();
  const twin = personEntry('bob', { entryUUID: [uuid(90)] });
  company.ldap.add({ ...twin, dn: 'uid=bob,ou=other,ou=people,dc=test' });
  await company.sync();
  return company;
}

/** The entry of bob is absent since the second run; the group still names it. */
async function absent(graceMs = 0): Promise<Company> {
  const company = await openCompany({
    people: ['alice', 'bob', ...STAFF],
    groups: { devs: ['alice', 'bob'], staff: STAFF },
    settings: { graceMs },
  });
  await company.sync();
  company.ldap.delete(personDn('bob'));
  await company.sync();
  return company;
}

describe('why a user in doubt is in a group', () => {
  it('says that the next complete read ends it, and which entry was absent (G17)', async () => {
    await using company = await absent();
    const { explain } = actsOf(company);
    const texts = await explain('bob');
    expect(texts).toContainEqual(expect.stringMatching(/^yes: bob is a member of platform\/devs, since/));
    expect(texts).toContainEqual(
      expect.stringMatching(
        /^no: since \d{4}-.* unknown whether bob .*, so the member stays: .*\(entry_absent\)$/,
      ),
    );
    expect(texts).toContain('no: the next complete read that shows the same removes the member');
    expect((await explain('alice')).join('\n')).not.toContain('unknown');
    await company.sync();
    expect((await explain('bob')).join('\n')).toMatch(
      /removed .* by run 3 \(absent_twice: the entry .* was absent from two complete reads\)/,
    );
  });

  it('says that guard.grace has to pass as well', async () => {
    await using company = await absent(3_600_000);
    expect((await actsOf(company).explain('bob')).join('\n')).toContain(
      'the next complete read that shows the same after guard.grace removes the member',
    );
  });

  it('a group that is gone keeps its members until guard.grace is over (A11)', async () => {
    await using company = await openCompany({
      people: ['alice', ...STAFF],
      groups: { devs: ['alice'], staff: STAFF },
      settings: { graceMs: 3_600_000 },
    });
    await company.sync();
    company.ldap.delete(groupDn('devs'));
    for (let reads = 0; reads < 3; reads += 1) await company.sync();
    expect((await company.members())['platform/devs']).toEqual(['alice']);
    await rowsOf(
      company.db,
      sql`update directory_group set missing_since = now() - interval '1 hour' where cn = 'devs'`,
    );
    await company.sync();
    expect((await company.members())['platform/devs']).toEqual([]);
  });

  it('says what ends it if no read does, which decision was made, and who made it', async () => {
    await using company = await ambiguous();
    const { explain, doubts, sent } = actsOf(company);
    expect((await explain('bob')).join('\n')).toContain('rollcall doubts remove platform/devs bob --reason');
    const accessGroupId = await groupId(company.db, 'devs');
    const act = { accessGroupId, usernames: ['bob'], by: 'ada', reason: 'he left' };
    await doubts.decide({ ...act, decision: 'keep' });
    expect(await explain('bob')).toContain('no: ada decided to keep the member: he left');
    expect(sent).toEqual([]);
    const run = await doubts.decide({ ...act, decision: 'remove' });
    expect(sent).toEqual([run?.id]);
    expect(await explain('bob')).toContain('no: ada decided to remove the member with the next run: he left');
    await company.begin(run?.id ?? 0);
    await company.work();
    expect((await company.members())['platform/devs']).toEqual(['alice']);
    expect((await explain('bob')).join('\n')).toMatch(/removed .* \(decided: .* \(ada\)\)/);
  });

  it('names other facts that removed a member', async () => {
    await using company = await absent();
    const locked = { pwdAccountLockedTime: ['000001010000Z'] };
    company.ldap.modify(personDn('s1'), { replace: locked });
    company.ldap.modify(groupDn('devs'), { delete: { member: [personDn('alice')] } });
    await company.sync();
    const { explain } = actsOf(company);
    expect((await explain('s1', 'staff')).join('\n')).toContain('(disabled: the account is disabled');
    expect((await explain('alice')).join('\n')).toContain('(not_member: the group was read completely, and');
  });
});

describe('a group with members in doubt', () => {
  it('is in doubt, and is listed so, also after an operator decided that they stay: the directory has fewer members', async () => {
    await using company = await ambiguous();
    const { access, doubts } = actsOf(company);
    const names = async (state: 'doubt' | 'in_sync') =>
      (await access.listGroups({ limit: 9, state })).items.map(group => group.name);
    expect([await names('doubt'), await names('in_sync')]).toEqual([['devs'], ['staff']]);
    const accessGroupId = await groupId(company.db, 'devs');
    expect(await access.getGroup(accessGroupId)).toMatchObject({ state: 'doubt', doubts: 1 });
    const act = { accessGroupId, usernames: ['bob'], by: 'ada', reason: 'he is right here' };
    await doubts.decide({ ...act, decision: 'keep' });
    expect([await names('doubt'), await names('in_sync')]).toEqual([['devs'], ['staff']]);
    expect(await access.getGroup(accessGroupId)).toMatchObject({
      state: 'doubt',
      members: 2,
      inDirectory: 1,
      doubts: 1,
    });
  });
});

describe('a decision to remove a member', () => {
  it('is refused if no run would apply it: the directory is no longer configured', async () => {
    await using company = await ambiguous();
    const settings = { directories: [{ ...company.settings, name: 'another' }] };
    const doubts = doubtsOf({ db: company.db, current: { settings }, send: async () => {} });
    const accessGroupId = await groupId(company.db, 'devs');
    const act = { accessGroupId, usernames: ['bob'], by: 'ada', reason: 'he left' };
    await expect(doubts.decide({ ...act, decision: 'remove' })).rejects.toMatchObject({
      code: 'directory_not_configured',
    });
    expect((await doubts.list({ limit: 9 })).items).toMatchObject([{ directory: 'corp', decision: null }]);
  });
});
