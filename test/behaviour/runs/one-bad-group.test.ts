/** One group that cannot be written never stops the others. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { abandonBatch } from '../../../src/jobs/reconcile-batch.ts';
import { createLog } from '../../../src/log.ts';
import { runGroups } from '../../../src/store/runs/request.ts';
import { groupDn, groupEntry, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { uuid } from '../../support/given/values.ts';

const NAMES = Array.from({ length: 40 }, (_, n) => `g${n}`);
const GROUPS = Object.fromEntries(NAMES.map(name => [name, ['alice']]));
const log = createLog({ level: 'silent' });

describe('a group that cannot be written', () => {
  it('one group that violates a constraint fails with its name, the others are synced, and a schedule repeats it (F88, C20)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await rowsOf(company.db, sql`alter table access_group add constraint no_g17 check (name <> 'g17')`);
    const run = await company.sync();
    expect(run).toMatchObject({
      status: 'partial',
      counts: { applied: { groups: 39, added: 39, failed: 1 } },
    });
    expect(Object.keys(await company.members())).toHaveLength(39);
    const failed = (await runGroups(company.db, run.id)).filter(group => group.outcome === 'failed');
    expect(failed).toMatchObject([{ name: 'g17', error: expect.stringMatching(/^platform\/g17: .*no_g17/) }]);
    expect(await company.status()).toMatchObject({ lastRun: { status: 'partial' }, consecutiveFailures: 0 });

    await rowsOf(company.db, sql`alter table access_group drop constraint no_g17`);
    expect(await company.sync({ trigger: 'schedule' })).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toMatchObject({ 'platform/g17': ['alice'] });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a batch that is given up leaves its groups as they were, ends the run as partial, and the next run does it (C20)', async () => {
    await using company = await openCompany({ groups: { devs: ['alice'] } });
    await company.sync();
    company.ldap.modify(groupDn('devs'), { add: { member: [personDn('bob')] } });
    const run = await company.request();
    await company.begin(run);
    for (const task of company.tasks.splice(0)) {
      await abandonBatch({ db: company.db, log }, task.run, task.batch, 'PostgreSQL did not answer');
    }
    expect(await company.run(run)).toMatchObject({ status: 'partial', counts: { applied: { failed: 1 } } });
    expect(await runGroups(company.db, run)).toMatchObject([
      { outcome: 'failed', error: 'platform/devs: PostgreSQL did not answer' },
    ]);
    expect(await company.members()).toEqual({ 'platform/devs': ['alice'] });

    expect(await company.sync({ trigger: 'schedule' })).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'bob'] });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('groups whose identity is in doubt stay as they are, and the run is partial until the doubt is gone (B7, B8)', async () => {
    await using company = await openCompany({ groups: { devs: ['alice'], ops: ['bob'] } });
    await company.sync();
    const before = await company.members();
    company.ldap.add(groupEntry('twin', ['carol'], { entryUUID: [uuid(1001)] }));
    company.ldap.modify(groupDn('devs'), { replace: { member: [personDn('carol')] } });
    const run = await company.sync();
    expect(run).toMatchObject({ status: 'partial', counts: { plan: { unknown: 2, missing: 0 } } });
    expect(await company.members()).toEqual(before);
    expect((await runGroups(company.db, run.id)).map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
      'unknown duplicate_id',
      'unknown duplicate_id',
    ]);
    expect(await company.written(() => company.sync({ trigger: 'schedule' }))).toEqual([]);
    expect(await company.sync({ trigger: 'schedule' })).toMatchObject({ status: 'partial' });

    company.ldap.delete(groupDn('twin'));
    expect(await company.sync({ trigger: 'schedule' })).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ ...before, 'platform/devs': ['carol'] });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a name that a manual group took between plan and apply fails that group alone (A10)', async () => {
    await using company = await openCompany({ groups: { devs: ['alice'], ops: ['bob'] } });
    const run = await company.request();
    await company.begin(run);
    await rowsOf(company.db, sql`insert into access_group (team_id, name) select id, 'devs' from team`);
    await company.work();
    expect(await company.run(run)).toMatchObject({ status: 'partial' });
    expect(await company.members()).toEqual({ 'platform/devs': [], 'platform/ops': ['bob'] });
    const next = await company.sync();
    expect(next).toMatchObject({ status: 'succeeded', counts: { plan: { conflict: 1 } } });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('two names that share their first 64 characters become two rows, each with its own suffix (A1, F41)', async () => {
    const long = 'n'.repeat(70);
    await using company = await openCompany();
    company.ldap.add(
      groupEntry(`${long}1`, ['alice'], { entryUUID: ['5b1f0e3a-0000-4000-8000-000000000001'] }),
    );
    company.ldap.add(
      groupEntry(`${long}2`, ['bob'], { entryUUID: ['c29d7745-0000-4000-8000-000000000002'] }),
    );
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({
      [`platform/${'n'.repeat(55)}~5b1f0e3a`]: ['alice'],
      [`platform/${'n'.repeat(55)}~c29d7745`]: ['bob'],
    });
    expect(await company.written(() => company.sync())).toEqual([]);
  });
});
