/** A directory that was restored from a backup is behind the last complete read until an operator accepts that. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { directoryState } from '../../../src/store/current/directory-state.ts';
import { requestRun } from '../../../src/store/runs/request.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';

const REQUEST = { directory: 'corp', trigger: 'manual', mode: 'apply', requestedBy: 'ada' } as const;

/** The last complete read had changes that the server does not have. */
async function restored(): Promise<Company> {
  const company = await openCompany({ groups: { devs: ['alice', 'bob'] } });
  await company.sync();
  await rowsOf(
    company.db,
    sql`update directory_state set position = replace(position, '20', '21') where directory = 'corp'`,
  );
  return company;
}

describe('a server that is behind the last complete read', () => {
  it('is rejected, and the error says what to do after a restore', async () => {
    await using company = await restored();
    company.ldap.modify(groupDn('devs'), { delete: { member: [personDn('bob')] } });
    const run = await company.sync();
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'bob'] });
    expect(run).toMatchObject({ status: 'failed', errorCode: 'server_behind' });
    expect(run.errorMessage).toContain('rollcall sync DIRECTORY --accept-older --reason TEXT');
  });

  it('is accepted if it shows the applied state: it has only lost its newest change marker in a crash', async () => {
    await using company = await restored();
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    company.ldap.modify(groupDn('devs'), { delete: { member: [personDn('bob')] } });
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice'] });
  });

  it('is read although it is at the marker of that read, if a partial read was applied since', async () => {
    await using company = await restored();
    const { counts } = await company.sync({ trigger: 'schedule' });
    expect(counts.unchanged).toBeUndefined();
  });

  it('is accepted from a run on that was requested for it, which records user and reason', async () => {
    await using company = await restored();
    const { run } = await requestRun(company.db, { ...REQUEST, acceptOlder: 'restored' });
    expect(run).toMatchObject({
      status: 'queued',
      decision: { by: 'ada', reason: 'an older state of the directory is accepted: restored' },
    });
    expect(await directoryState(company.db, 'corp')).toMatchObject({
      marker: undefined,
      position: undefined,
    });
    await company.begin(run.id);
    await company.work();
    expect(await company.run(run.id)).toMatchObject({ status: 'succeeded' });
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
  });

  it('can be requested for a queued run, and a repeated request changes nothing', async () => {
    await using company = await restored();
    const waiting = await company.request({ trigger: 'schedule' });
    const request = { ...REQUEST, acceptOlder: 'restored', requestKey: 'once' };
    const { run } = await requestRun(company.db, request);
    expect(run.id).toBe(waiting);
    expect((await requestRun(company.db, request)).run).toEqual(run);
    await company.begin(run.id);
    await company.work();
    const before = await directoryState(company.db, 'corp');
    await requestRun(company.db, request);
    expect(await directoryState(company.db, 'corp')).toEqual(before);
    expect(before?.position).toBeDefined();
  });
});
