/** Directories that show nothing, or suddenly less: their removals are held and visible. */
import { describe, expect, it } from 'vitest';
import { hideEntries } from '../../../dev/fake-ldap/faults/answers.ts';
import { hideAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { onSearch, searchFault } from '../../../dev/fake-ldap/server/fault.ts';
import { runGroups } from '../../../src/store/runs/request.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';

const CREW = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
const GROUPS = { crew: CREW, duo: ['p1', 'p2'] };
const AS_IT_WAS = { 'platform/crew': CREW, 'platform/duo': ['p1', 'p2'] };
const ofGroups = { filter: /groupOfNames/ };
const ofPeople = { filter: /inetOrgPerson/ };

/** Answers with success and without an entry. */
const nothing = searchFault((search, answer) =>
  search.page === undefined ? answer(search) : answer(search).filter(part => part.kind !== 'entry'),
);
/** A repeated run may only record that a newer run judged the held group. */
const FENCE = 'directory_group';

async function synced(): Promise<Company> {
  const company = await openCompany({ people: CREW, groups: GROUPS });
  await company.sync();
  return company;
}

/** The run is held and writes no membership; a second one finds the same, and the first one continues to wait. */
async function isHeldHarmless(company: Company, message: RegExp) {
  const first = await company.sync();
  expect(first.status).toBe('held');
  expect(first.counts.held?.reasons.join()).toMatch(message);
  expect(await company.members()).toEqual(AS_IT_WAS);
  expect(await company.status()).toMatchObject({ heldRuns: 1, lastRun: { id: first.id, status: 'held' } });

  let second = first;
  const written = await company.written(async () => (second = await company.sync()));
  expect(written.filter(name => name !== FENCE)).toEqual([]);
  expect(second).toMatchObject({ status: 'succeeded', counts: { held: { run: first.id } } });
  expect(await company.run(first.id)).toMatchObject({ status: 'held' });
  expect(await company.status()).toMatchObject({ heldRuns: 1 });
  return first;
}

/** The directory is complete again: nothing needs a repair, and nothing waits. */
async function recovers(company: Company) {
  company.ldap.heal();
  expect(await company.sync()).toMatchObject({ status: 'succeeded' });
  expect(await company.members()).toEqual(AS_IT_WAS);
  expect(await company.status()).toMatchObject({ heldRuns: 0 });
}

describe('a directory that shows less than it should', () => {
  it('no group at all is held, and the message names base and filter (F06)', async () => {
    await using company = await synced();
    company.ldap.inject(onSearch(ofGroups, nothing));
    await isHeldHarmless(company, /found no group .*ou=groups,dc=test.*\(objectClass=groupOfNames\)/);
    await recovers(company);
  });

  it('a directory without any user is held (F06)', async () => {
    await using company = await synced();
    const { settings } = company;
    company.settings = { ...settings, users: { ...settings.users, filter: '(objectClass=nobody)' } };
    await isHeldHarmless(company, /found no user.*ou=people,dc=test/);
    company.settings = settings;
    await recovers(company);
  });

  it('people whose entries do not show the attributes of users.filter stay in doubt (F06)', async () => {
    await using company = await synced();
    company.ldap.inject(
      onSearch(
        ofPeople,
        hideEntries(() => true),
      ),
    );
    expect(await company.sync()).toMatchObject({
      status: 'succeeded',
      counts: { plan: { doubts: 8, remove: 0 } },
    });
    expect(await company.members()).toEqual(AS_IT_WAS);
    await recovers(company);
  });

  it('an empty directory stays held with any limits and after any number of runs (F18)', async () => {
    await using company = await synced();
    const all = { percent: 100, count: 1_000_000 };
    company.settings = {
      ...company.settings,
      guard: { memberRemovals: all, groupMemberRemovals: all, groupRemovals: all },
    };
    company.ldap.inject(nothing);
    await isHeldHarmless(company, /found no group/);
    expect(await company.sync({ requestedBy: 'somebody impatient' })).toMatchObject({ status: 'succeeded' });
    await recovers(company);
  });

  it('groups that hide their members from the account keep them (F52)', async () => {
    await using company = await synced();
    company.ldap.inject(hideAttribute('member'));
    expect(await company.sync()).toMatchObject({ counts: { plan: { unknown: 2, remove: 0 } } });
    expect(await company.members()).toEqual(AS_IT_WAS);
    await recovers(company);
  });

  it('groups that all have no members at once are held (F52)', async () => {
    await using company = await synced();
    for (const name of ['crew', 'duo']) company.ldap.modify(groupDn(name), { replace: { member: [] } });
    await isHeldHarmless(company, /no group has any member value/);
    company.ldap.modify(groupDn('crew'), { replace: { member: CREW.map(uid => personDn(uid)) } });
    company.ldap.modify(groupDn('duo'), { replace: { member: ['p1', 'p2'].map(uid => personDn(uid)) } });
    await recovers(company);
  });

  it('a group that is really empty loses its few members and keeps its row (F51)', async () => {
    await using company = await synced();
    company.ldap.modify(groupDn('duo'), { replace: { member: [] } });
    expect(await company.sync()).toMatchObject({ status: 'succeeded', counts: { applied: { removed: 2 } } });
    expect(await company.members()).toEqual({ ...AS_IT_WAS, 'platform/duo': [] });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a group of five or more that is suddenly empty is held (C14)', async () => {
    await using company = await synced();
    company.ldap.modify(groupDn('crew'), { replace: { member: [] } });
    const held = await isHeldHarmless(company, /all 6 members of platform\/crew/);
    expect(await runGroups(company.db, held.id)).toMatchObject([
      { team: 'platform', name: 'crew', outcome: 'held', remove: 6, removed: 0, held: 6 },
    ]);
  });

  it('applies the additions and renames of a held run; the run ends when a later run no longer finds the removals', async () => {
    await using company = await synced();
    company.ldap.modify(groupDn('crew'), { replace: { member: [] } });
    company.ldap.modify(groupDn('duo'), { add: { member: [personDn('p3')] } });
    company.ldap.rename(groupDn('duo'), groupDn('trio'));
    const held = await company.sync();
    expect(held).toMatchObject({
      status: 'held',
      counts: { applied: { added: 1, removed: 0 }, held: { removals: 6 } },
    });
    expect(await company.members()).toEqual({ 'platform/crew': CREW, 'platform/trio': ['p1', 'p2', 'p3'] });

    company.ldap.modify(groupDn('crew'), { replace: { member: CREW.map(uid => personDn(uid)) } });
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.run(held.id)).toMatchObject({ status: 'superseded' });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a schedule reads again after a distrusted read, although the directory did not change (F06)', async () => {
    await using company = await synced();
    company.ldap.modify(groupDn('duo'), { add: { member: [personDn('p3')] } });
    company.ldap.inject(onSearch(ofGroups, nothing));
    expect(await company.sync({ trigger: 'schedule' })).toMatchObject({ status: 'held' });
    company.ldap.heal();
    expect(await company.sync({ trigger: 'schedule' })).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ ...AS_IT_WAS, 'platform/duo': ['p1', 'p2', 'p3'] });
    expect(await company.status()).toMatchObject({ heldRuns: 0 });
  });

  it('held removals stay held and visible while scheduled runs find the directory unchanged', async () => {
    await using company = await synced();
    company.ldap.modify(groupDn('crew'), { replace: { member: [] } });
    const held = await company.sync();
    expect(await company.sync({ trigger: 'schedule' })).toMatchObject({ counts: { unchanged: true } });
    expect(await company.run(held.id)).toMatchObject({ status: 'held' });
    expect(await company.status()).toMatchObject({ heldRuns: 1 });
    expect(await company.members()).toEqual(AS_IT_WAS);
  });
});
