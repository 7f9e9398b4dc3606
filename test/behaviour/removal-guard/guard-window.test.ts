/** Many small runs are judged like one. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { approveRun } from '../../../src/store/runs/decide.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';

const PEOPLE = Array.from({ length: 12 }, (_, n) => `p${n}`);
const GROUPS = Object.fromEntries(PEOPLE.map((_, n) => [`g${n}`, PEOPLE.slice(0, 6)]));
const LIMIT = { memberRemovals: { percent: 5, count: 5 } };

async function openMany(windowMs = 3_600_000): Promise<Company> {
  const company = await openCompany({ people: PEOPLE, groups: GROUPS });
  company.settings = { ...company.settings, guard: { ...company.settings.guard, ...LIMIT, windowMs } };
  await company.sync();
  for (const cn of Object.keys(GROUPS))
    company.ldap.modify(groupDn(cn), { delete: { member: [personDn('p0')] } });
  return company;
}

async function resyncEach(company: Company): Promise<string[]> {
  const statuses: string[] = [];
  for (const group of Object.keys(GROUPS)) statuses.push((await company.sync({ group })).status);
  return statuses;
}

const members = async (company: Company) => Object.values(await company.members()).flat().length;

describe('removals by many runs', () => {
  it('resyncs of single groups apply together what one run would, and then hold (G10)', async () => {
    await using company = await openMany();
    const statuses = await resyncEach(company);
    expect(statuses).toEqual([...Array(5).fill('succeeded'), ...Array(7).fill('held')]);
    expect(await members(company)).toBe(12 * 6 - 5);
    expect(await company.sync()).toMatchObject({
      status: 'held',
      counts: { held: { removals: 7, reasons: [expect.stringContaining('12 of 72 managed memberships')] } },
    });
  });

  it('approved and older removals do not count (G10)', async () => {
    await using company = await openMany();
    const held = await company.sync();
    expect(held.counts.held).toMatchObject({ removals: 12 });
    const { run } = await approveRun(company.db, held.id, {
      by: 'ada',
      reason: 'they left',
      digest: held.counts.held?.digest,
    });
    await company.begin(run.id);
    await company.work();
    expect(await members(company)).toBe(12 * 5);
    company.ldap.modify(groupDn('g0'), { delete: { member: [personDn('p1')] } });
    expect(await company.sync()).toMatchObject({ status: 'succeeded', counts: { applied: { removed: 1 } } });

    for (const cn of ['g1', 'g2', 'g3', 'g4', 'g5'])
      company.ldap.modify(groupDn(cn), { delete: { member: [personDn('p1')] } });
    expect(await company.sync()).toMatchObject({ status: 'held' });
    await rowsOf(company.db, sql`update sync_run set finished_at = finished_at - interval '1 hour'`);
    expect(await company.sync()).toMatchObject({ status: 'succeeded', counts: { applied: { removed: 5 } } });
  });

  it('with a window of 0 each run is judged alone', async () => {
    await using company = await openMany(0);
    expect(new Set(await resyncEach(company))).toEqual(new Set(['succeeded']));
    expect(await members(company)).toBe(12 * 5);
  });
});
