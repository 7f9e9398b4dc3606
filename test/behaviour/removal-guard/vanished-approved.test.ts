/** Many groups that are really deleted: an operator approves that twice, without a change of the configuration. */
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/model/run.ts';
import { approveRun } from '../../../src/store/runs/decide.ts';
import { runGroups } from '../../../src/store/runs/request.ts';
import { type Company, groupDn, groupEntry, openCompany, personDn } from '../../support/given/company.ts';
import { uuid } from '../../support/given/values.ts';

const CREW = ['p1', 'p2'];
const NAMES = Array.from({ length: 12 }, (_, n) => `g${n}`);
const ADA = { by: 'ada', reason: 'the department was closed' };

async function synced(): Promise<Company> {
  const groups = Object.fromEntries(NAMES.map(name => [name, CREW]));
  const company = await openCompany({ people: [...CREW, 'p3'], groups });
  await company.sync();
  return company;
}

async function hold(company: Company): Promise<Run> {
  const held = await company.sync();
  expect(held.status).toBe('held');
  return held;
}

const populated = async (company: Company) =>
  Object.entries(await company.members()).flatMap(([name, uids]) => (uids.length > 0 ? [name] : []));

describe('approving missing groups', () => {
  it('counts them as missed; a second read holds their removals, which need an approval too', async () => {
    await using company = await synced();
    for (const name of NAMES.slice(0, 7)) company.ldap.delete(groupDn(name));
    company.ldap.modify(groupDn('g11'), { add: { member: [personDn('p3')] } });
    const held = await hold(company);
    expect(held.counts.held).toMatchObject({ groups: 7, removals: 0, digest: expect.any(String) });
    expect(await runGroups(company.db, held.id)).toMatchObject(
      NAMES.slice(0, 7).map(name => ({ kind: 'missing', name, outcome: 'held' })),
    );
    expect((await company.members())['platform/g11']).toEqual(CREW);

    expect(await company.approve(held, ADA)).toMatchObject({ status: 'succeeded', approves: held.id });
    expect(await company.status()).toMatchObject({ heldRuns: 0, groups: { missing: 7 } });
    expect(await populated(company)).toHaveLength(12);
    expect((await company.members())['platform/g11']).toEqual([...CREW, 'p3']);

    const removals = await hold(company);
    expect(removals.counts.held).toMatchObject({ groups: 7, removals: 14 });
    const done = await company.approve(removals, ADA);
    expect(done).toMatchObject({ status: 'succeeded', counts: { applied: { removed: 14 } } });
    expect(await populated(company)).toHaveLength(5);
    expect(await company.written(() => company.sync())).toEqual([]);
    expect(await company.written(() => company.begin(done.id))).toEqual([]);
  });

  it('a group that has come back loses no member, and groups that disappeared since are held (F24)', async () => {
    await using company = await synced();
    for (const name of NAMES.slice(0, 6)) company.ldap.delete(groupDn(name));
    const held = await hold(company);
    company.ldap.add(groupEntry('g0', CREW, { entryUUID: [uuid(1001)] }));
    for (const name of NAMES.slice(6)) company.ldap.delete(groupDn(name));
    const run = await company.approve(held, ADA);
    expect(run).toMatchObject({ status: 'held', counts: { held: { groups: 6 } } });
    expect(await company.run(held.id)).toMatchObject({ status: 'succeeded' });
    expect(await company.status()).toMatchObject({ groups: { linked: 7, missing: 5 } });
    expect(await populated(company)).toHaveLength(12);
  });

  it('of some groups lets only these count as missed', async () => {
    await using company = await synced();
    for (const name of NAMES.slice(0, 8)) company.ldap.delete(groupDn(name));
    const { id, counts } = await hold(company);
    const [first, second] = await runGroups(company.db, id);
    const groups = [first?.accessGroupId ?? 0, second?.accessGroupId ?? 0];
    const { run } = await approveRun(company.db, id, { ...ADA, digest: counts.held?.digest, groups });
    await company.begin(run.id);
    expect(await company.run(run.id)).toMatchObject({
      status: 'held',
      approvedGroups: groups,
      counts: { held: { groups: 6 } },
    });
    expect(await company.status()).toMatchObject({ groups: { missing: 2, linked: 10 } });
  });

  it('approves a directory without any group for that run only, and only for what was shown (F06, F18)', async () => {
    await using company = await synced();
    for (const name of NAMES) company.ldap.delete(groupDn(name));
    const held = await hold(company);
    expect(held.counts.held?.reasons[0]).toContain('found no group');
    await expect(approveRun(company.db, held.id, { ...ADA, digest: 'f'.repeat(64) })).rejects.toThrow(
      'other removals',
    );
    expect(await company.approve(held, ADA)).toMatchObject({ status: 'succeeded' });
    expect(await populated(company)).toHaveLength(12);

    // The next read without any group is another one: its removals are not approved.
    const removals = await hold(company);
    expect(removals.counts.held).toMatchObject({ groups: 12, removals: 24 });
    expect(await populated(company)).toHaveLength(12);
    expect(await company.approve(removals, ADA)).toMatchObject({ status: 'succeeded' });
    expect(await populated(company)).toEqual([]);
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.written(() => company.sync())).toEqual([]);
  });
});
