/** An operator decides about some groups of a held run and leaves the rest held. */
import { describe, expect, it } from 'vitest';
import type { DecisionRequest, Run } from '../../../src/model/run.ts';
import type { GuardSettings } from '../../../src/model/settings.ts';
import { approveRun, rejectRun } from '../../../src/store/runs/decide.ts';
import { claimRun, releaseRun } from '../../../src/store/runs/lease.ts';
import { runGroups } from '../../../src/store/runs/request.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';

const CREW = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
const ADA = { by: 'ada', reason: 'CHG-1' };

/** Three groups of six; two have shrunk to one member, the third has lost no member. */
async function holding(
  limits: Partial<GuardSettings> = { groupMemberRemovals: { percent: 25, count: 2 } },
): Promise<{ company: Company; held: Run; ids: Map<string, number> }> {
  const guard = { groupMemberRemovals: OFF, memberRemovals: OFF, groupRemovals: OFF, ...limits };
  const groups = { crew: CREW, deck: CREW, mess: CREW };
  const company = await openCompany({ people: CREW, groups, settings: { guard } });
  await company.sync();
  for (const name of ['crew', 'deck'])
    company.ldap.modify(groupDn(name), { replace: { member: [personDn('p1')] } });
  const held = await company.sync();
  expect(held).toMatchObject({ status: 'held', counts: { held: { groups: 2, removals: 10 } } });
  const rows = await runGroups(company.db, held.id);
  return { company, held, ids: new Map(rows.map(row => [row.name, row.accessGroupId ?? 0])) };
}

const OFF = { percent: 100, count: 1_000_000 };

const only = (ids: Map<string, number>, ...names: string[]) => names.map(name => ids.get(name) ?? 0);

describe('deciding about some groups', () => {
  it('applies the approved ones; the new run holds the rest, under its own digest', async () => {
    const { company, held, ids } = await holding();
    await using _ = company;
    const run = await company.approve(held, { ...ADA, groups: only(ids, 'crew') });
    expect(run).toMatchObject({
      status: 'held',
      approvedGroups: only(ids, 'crew'),
      counts: { applied: { removed: 5 }, held: { groups: 1, removals: 5 } },
    });
    expect(run.counts.held?.digest).not.toBe(held.counts.held?.digest);
    expect(await company.members()).toMatchObject({ 'platform/crew': ['p1'], 'platform/deck': CREW });
    expect(await company.written(() => company.begin(run.id))).toEqual([]);
    expect(await company.approve(run, { ...ADA, groups: only(ids, 'deck') })).toMatchObject({
      status: 'succeeded',
    });
    expect(await company.members()).toMatchObject({ 'platform/deck': ['p1'] });
  });

  it('what is new in an approved group is judged again (F24)', async () => {
    const { company, held, ids } = await holding();
    await using _ = company;
    company.ldap.modify(groupDn('mess'), { replace: { member: [personDn('p1')] } });
    const run = await company.approve(held, { ...ADA, groups: only(ids, 'crew') });
    expect(run).toMatchObject({ status: 'held', counts: { held: { groups: 2, removals: 10 } } });
    expect(await company.members()).toMatchObject({ 'platform/crew': ['p1'], 'platform/mess': CREW });
  });

  it('needs the digest of the whole, and refuses a group without held removals (D8)', async () => {
    const { company, held, ids } = await holding();
    await using _ = company;
    const decide = (more: Partial<DecisionRequest>) =>
      approveRun(company.db, held.id, { ...ADA, digest: held.counts.held?.digest, ...more });
    await expect(decide({ groups: only(ids, 'crew'), digest: 'f'.repeat(64) })).rejects.toThrow(
      'other removals',
    );
    await expect(decide({ groups: [4711] })).rejects.toThrow('holds nothing of AccessGroup 4711');
    expect(await company.run(held.id)).toMatchObject({ status: 'held', decision: undefined });
  });

  it('widens an approval that waits, and refuses to widen one that is being read', async () => {
    const { company, held, ids } = await holding();
    await using _ = company;
    const digest = held.counts.held?.digest;
    const first = await approveRun(company.db, held.id, { ...ADA, digest, groups: only(ids, 'crew') });
    const reading = { owner: 'test', leaseMs: 60_000 };
    await claimRun(company.db, first.run.id, reading);
    const late = approveRun(company.db, held.id, { ...ADA, digest, groups: only(ids, 'deck') });
    await expect(late).rejects.toThrow('applies other groups');
    await releaseRun(company.db, first.run.id, reading);
    const both = await approveRun(company.db, held.id, { ...ADA, digest, groups: only(ids, 'deck') });
    expect(both).toMatchObject({ created: false, run: { id: first.run.id } });
    expect(new Set(both.run.approvedGroups)).toEqual(new Set(only(ids, 'crew', 'deck')));
    const all = await approveRun(company.db, held.id, { ...ADA, digest });
    expect(all.run.approvedGroups).toBeUndefined();
    await company.begin(first.run.id);
    await company.work();
    expect(await company.run(first.run.id)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { removed: 10 } },
    });
  });

  it('rejecting some groups closes their rows; the run still holds the rest, under a new digest', async () => {
    const { company, held, ids } = await holding();
    await using _ = company;
    const digest = held.counts.held?.digest;
    const rest = await rejectRun(company.db, held.id, { ...ADA, digest, groups: only(ids, 'crew') });
    expect(rest).toMatchObject({ status: 'held', counts: { held: { groups: 1, removals: 5 } } });
    expect(await runGroups(company.db, held.id)).toMatchObject([
      { name: 'crew', outcome: 'rejected', reason: 'rejected', error: 'rejected by ada: CHG-1' },
      { name: 'deck', outcome: 'held' },
    ]);
    await expect(approveRun(company.db, held.id, { ...ADA, digest })).rejects.toThrow('other removals');
    // An approval of the rest does not include the rejected removals, which are judged and held again.
    const run = await company.approve(rest, { ...ADA, groups: only(ids, 'deck') });
    expect(run).toMatchObject({ status: 'held', counts: { held: { groups: 1 }, applied: { removed: 5 } } });
    expect(await company.members()).toMatchObject({ 'platform/crew': CREW, 'platform/deck': ['p1'] });
  });

  it('removals that were rejected or left out of an approval stay held in later runs, even if no limit is exceeded (P2)', async () => {
    const { company, held, ids } = await holding({ memberRemovals: { percent: 50, count: 5 } });
    await using _ = company;
    const run = await company.approve(held, { ...ADA, groups: only(ids, 'crew') });
    expect(run).toMatchObject({ status: 'held', counts: { held: { groups: 1, removals: 5 } } });
    expect(run.counts.held?.reasons).toEqual([
      expect.stringMatching(/^removals from platform\/deck were rejected/),
    ]);

    const closed = await rejectRun(company.db, run.id, ADA);
    expect(closed).toMatchObject({ status: 'rejected' });
    const again = await company.sync();
    expect(again).toMatchObject({ status: 'held', counts: { held: { groups: 1, removals: 5 } } });
    expect(await company.members()).toMatchObject({ 'platform/deck': CREW });
    await company.approve(again, ADA);
    expect(await company.members()).toMatchObject({ 'platform/deck': ['p1'] });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('forgets a rejection when the directory no longer asks for the removal', async () => {
    const { company, held, ids } = await holding({ memberRemovals: { percent: 50, count: 5 } });
    await using _ = company;
    await rejectRun(company.db, held.id, { ...ADA, groups: only(ids, 'crew') });
    const member = CREW.map(name => personDn(name));
    company.ldap.modify(groupDn('crew'), { replace: { member } });
    await company.sync();
    company.ldap.modify(groupDn('crew'), { replace: { member: member.slice(1) } });
    await company.sync();
    expect(await company.members()).toMatchObject({ 'platform/crew': CREW.slice(1) });
  });

  it('rejecting all of them closes the run', async () => {
    const { company, held, ids } = await holding();
    await using _ = company;
    const closed = await rejectRun(company.db, held.id, { ...ADA, groups: only(ids, 'crew', 'deck') });
    expect(closed).toMatchObject({ status: 'rejected', decision: ADA });
    expect(await company.status()).toMatchObject({ heldRuns: 0 });
  });
});
