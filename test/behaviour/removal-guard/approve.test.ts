/** An operator decides about a held run; the directory may have changed since. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../../src/errors.ts';
import type { Run } from '../../../src/model/run.ts';
import { approveRun, rejectRun } from '../../../src/store/runs/decide.ts';
import { runGroups } from '../../../src/store/runs/request.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';

const CREW = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8'];
const ADA = { by: 'ada', reason: 'the team was dissolved' };
const OFF = { percent: 100, count: 1_000_000 };
const guard = {
  memberRemovals: OFF,
  groupMemberRemovals: { percent: 25, count: 2 },
  groupRemovals: OFF,
};

/** Two groups of eight; the guard allows two removals from a group at once. */
async function synced(more: object = {}): Promise<Company> {
  const groups = { crew: CREW, deck: CREW };
  const company = await openCompany({ people: CREW, groups, settings: { guard, ...more } });
  await company.sync();
  return company;
}

function show(company: Company, group: string, uids: readonly string[]): void {
  company.ldap.modify(groupDn(group), { replace: { member: uids.map(uid => personDn(uid)) } });
}

async function hold(company: Company): Promise<Run> {
  const held = await company.sync();
  expect(held.status).toBe('held');
  return held;
}

describe('approving what a run holds', () => {
  it('removes what was shown and closes the held run; a repetition writes nothing (C17)', async () => {
    await using company = await synced();
    show(company, 'crew', ['p1']);
    const held = await hold(company);
    expect(held.counts.held).toMatchObject({ groups: 1, removals: 7 });

    const run = await company.approve(held, ADA);
    expect(run).toMatchObject({
      status: 'succeeded',
      approves: held.id,
      counts: { applied: { removed: 7 } },
    });
    expect(run.counts.held).toBeUndefined();
    expect(await company.members()).toEqual({ 'platform/crew': ['p1'], 'platform/deck': CREW });
    expect(await company.run(held.id)).toMatchObject({ status: 'succeeded', decision: ADA });
    expect(await company.status()).toMatchObject({ heldRuns: 0 });
    const audit = sql`select run_id::int as run from membership_change where action = 'remove' group by 1`;
    expect(await rowsOf(company.db, audit)).toEqual([{ run: run.id }]);

    expect(await company.written(() => company.begin(run.id))).toEqual([]);
    expect(await company.written(() => company.sync())).toEqual([]);
    await expect(company.approve(held, ADA)).rejects.toThrow(RefusedError);
  });

  it('drops what is no longer true, and judges and holds anything new (F24)', async () => {
    await using company = await synced();
    show(company, 'crew', ['p1', 'p2', 'p3']);
    const held = await hold(company);
    // p8 is back in the crew; the deck shrinks, which was not shown yet.
    show(company, 'crew', ['p1', 'p2', 'p3', 'p8']);
    show(company, 'deck', ['p1']);

    const run = await company.approve(held, ADA);
    expect(run).toMatchObject({ status: 'held', counts: { held: { groups: 1, removals: 7 } } });
    expect(await company.members()).toEqual({
      'platform/crew': ['p1', 'p2', 'p3', 'p8'],
      'platform/deck': CREW,
    });
    expect(await company.status()).toMatchObject({ heldRuns: 1, lastRun: { id: run.id } });

    expect(await company.approve(run, ADA)).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toMatchObject({ 'platform/deck': ['p1'] });
  });

  it('in the approved group, new removals wait and the approved ones are applied (F24)', async () => {
    await using company = await synced({
      guard: { ...guard, groupMemberRemovals: { percent: 25, count: 0 } },
    });
    show(company, 'crew', ['p1', 'p2', 'p3']);
    const held = await hold(company);
    show(company, 'crew', ['p1']);

    const run = await company.approve(held, ADA);
    expect(run).toMatchObject({ status: 'held', counts: { held: { removals: 2 }, applied: { removed: 5 } } });
    expect(await company.members()).toMatchObject({ 'platform/crew': ['p1', 'p2', 'p3'] });
    expect(await runGroups(company.db, run.id)).toMatchObject([
      { name: 'crew', outcome: 'held', remove: 7, removed: 5, held: 2 },
    ]);
    expect(await company.written(() => company.begin(run.id))).toEqual([]);
    expect(await company.approve(run, ADA)).toMatchObject({ counts: { applied: { removed: 2 } } });
    expect(await company.members()).toMatchObject({ 'platform/crew': ['p1'] });
  });

  it('is refused once a newer run has judged the directory again (D8)', async () => {
    await using company = await synced();
    show(company, 'crew', ['p1']);
    const held = await hold(company);
    show(company, 'crew', ['p2']);
    const newer = await hold(company);
    expect(newer.counts.held?.digest).not.toBe(held.counts.held?.digest);
    await expect(company.approve(held, ADA)).rejects.toThrow('it is superseded');
    await expect(company.approve({ ...newer, counts: held.counts }, ADA)).rejects.toThrow('other removals');
    expect(await company.members()).toMatchObject({ 'platform/crew': CREW });
  });

  it('stays valid if the directory is unreachable at first, and if a scheduled run comes first', async () => {
    await using company = await synced();
    show(company, 'crew', ['p1']);
    const held = await hold(company);
    const digest = held.counts.held?.digest;
    const { run: first } = await approveRun(company.db, held.id, { ...ADA, digest });
    await company.begin(first.id, { readDirectory: () => Promise.reject(new Error('away')) });
    expect(await company.run(first.id)).toMatchObject({ status: 'failed' });
    expect(await company.run(held.id)).toMatchObject({ status: 'held' });

    const waiting = await company.request();
    const { run: second } = await approveRun(company.db, held.id, { ...ADA, digest });
    await company.begin(waiting);
    await company.work();
    expect(await company.run(waiting)).toMatchObject({
      status: 'succeeded',
      counts: { held: { run: held.id } },
    });
    expect(await company.members()).toMatchObject({ 'platform/crew': CREW });
    await company.begin(second.id);
    await company.work();
    expect(await company.run(second.id)).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toMatchObject({ 'platform/crew': ['p1'] });
    expect(await company.status()).toMatchObject({ heldRuns: 0 });
  });

  it('is applied before runs that were requested later', async () => {
    await using company = await synced();
    show(company, 'crew', ['p1']);
    const { id, counts } = await hold(company);
    const { run } = await approveRun(company.db, id, { ...ADA, digest: counts.held?.digest });
    const later = await company.request();
    expect(await company.begin(later)).toBe('busy');
    expect(await company.begin(run.id)).toBe('done');
    await company.work();
    expect(await company.begin(later)).toBe('done');
    expect(await company.members()).toMatchObject({ 'platform/crew': ['p1'] });
  });

  it.each(['empty', 'delete'] as const)('retires a group that is gone (onMissingGroup: %s)', async how => {
    const limits = { ...guard, memberRemovals: { percent: 10, count: 2 } };
    await using company = await synced({ onMissingGroup: how, guard: limits });
    company.ldap.delete(groupDn('deck'));
    await company.sync();
    const held = await hold(company);
    const run = await company.approve(held, ADA);
    expect(run).toMatchObject({ status: 'succeeded' });
    const left = how === 'delete' ? {} : { 'platform/deck': [] };
    expect(await company.members()).toEqual({ 'platform/crew': CREW, ...left });
    expect(await company.written(() => company.begin(run.id))).toEqual([]);
  });

  it('removes all members of an empty directory after an approval (F52)', async () => {
    await using company = await synced();
    for (const name of ['crew', 'deck']) show(company, name, []);
    const held = await hold(company);
    expect(await company.approve(held, ADA)).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ 'platform/crew': [], 'platform/deck': [] });
    expect(await company.written(() => company.sync())).toEqual([]);
  });
});

describe('rejecting what a run holds', () => {
  it('applies nothing; scheduled runs do not repeat it until the directory changes', async () => {
    await using company = await synced();
    show(company, 'crew', ['p1']);
    const held = await hold(company);
    const written = await company.written(() => rejectRun(company.db, held.id, ADA));
    // The rejection is stored; no membership changes.
    expect(written).toEqual(['directory_group']);
    expect(await company.run(held.id)).toMatchObject({ status: 'rejected', decision: ADA });
    expect(await company.sync({ trigger: 'schedule' })).toMatchObject({ counts: { unchanged: true } });
    expect(await company.status()).toMatchObject({ heldRuns: 0 });
    show(company, 'crew', ['p2']);
    await hold(company);
    expect(await company.members()).toMatchObject({ 'platform/crew': CREW });
  });
});
