/** A directory that cannot be read completely: its runs fail and change nothing. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import {
  answerCode,
  cutAfterEntries,
  meanwhile,
  silenceAfterEntries,
} from '../../../dev/fake-ldap/faults/answers.ts';
import { emptyPageWithCookie, sizeLimitAfter } from '../../../dev/fake-ldap/faults/paging.ts';
import { type Fault, onBind, onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';

const GROUPS = { devs: ['alice', 'bob'], ops: ['carol'] };
const AS_IT_WAS = { 'platform/devs': ['alice', 'bob'], 'platform/ops': ['carol'] };
const AS_IT_WILL_BE = { 'platform/devs': ['alice', 'bob', 'carol'], 'platform/ops': ['carol'] };

const ofGroups = { filter: /groupOfNames/, paged: true };
const ofPeople = { filter: /inetOrgPerson/, paged: true };

/** Synced once; then the directory gains a membership and fails. */
async function onABadDay(fault: Fault, settings = {}): Promise<Company> {
  const company = await openCompany({ groups: GROUPS, settings });
  await company.sync();
  company.ldap.modify(groupDn('devs'), { add: { member: [personDn('carol')] } });
  company.ldap.inject(fault);
  return company;
}

/** The run fails and writes nothing; after the failure one run applies everything, without a repair. */
async function failsUnharmed(company: Company, code: string) {
  let failed = await company.run(1);
  expect(await company.written(async () => (failed = await company.sync()))).toEqual([]);
  expect({ status: failed.status, code: failed.errorCode }).toEqual({ status: 'failed', code });
  expect(await company.members()).toEqual(AS_IT_WAS);
  expect(await company.status()).toMatchObject({ lastRun: { id: failed.id }, consecutiveFailures: 1 });

  expect(await rowsOf(company.db, sql`select from sync_run_group where run_id = ${failed.id}`)).toEqual([]);

  company.ldap.heal();
  expect(await company.sync()).toMatchObject({
    status: 'succeeded',
    counts: { applied: { added: 1, removed: 0 } },
  });
  expect(await company.members()).toEqual(AS_IT_WILL_BE);
  expect(await company.status()).toMatchObject({ consecutiveFailures: 0 });
  expect(await company.written(() => company.sync())).toEqual([]);
  return failed;
}

describe('a directory that cannot be read', () => {
  it.each([
    [3, 'time_limit'],
    [51, 'busy'],
    [52, 'busy'],
    [1, 'interrupted'],
    [11, 'admin_limit'],
  ])('result code %i for the groups fails the run as %s and touches nothing (F01)', async (result, code) => {
    await using company = await onABadDay(onSearch(ofGroups, answerCode(result)));
    await failsUnharmed(company, code);
  });

  it('a list that is cut off fails the run, and the run says how much was read and what to do (F12)', async () => {
    await using company = await onABadDay(onSearch(ofPeople, sizeLimitAfter(2)));
    const failed = await failsUnharmed(company, 'size_limit');
    expect(failed.errorMessage).toMatch(/2 entries read/);
    expect(failed.errorMessage).toMatch(/pageSize/);
  });

  it.each(['fin', 'rst'] as const)(
    'a connection cut between two pages (%s) fails the run (F13)',
    async how => {
      const second = onSearch({ ...ofPeople, nth: 2 }, cutAfterEntries(0, how));
      await using company = await onABadDay(second, { pageSize: 2 });
      const asked = company.ldap.requests.length;
      await failsUnharmed(company, 'interrupted');
      const searches = company.ldap.requests
        .slice(asked)
        .filter(({ op, dn }) => op === 'search' && dn !== '');
      expect(new Set(searches.map(({ identity }) => identity))).toEqual(new Set(['cn=rollcall,dc=test']));
    },
  );

  it('a group of which one member cannot be looked up is not written with the others (F07)', async () => {
    await using company = await onABadDay(onSearch({ dn: personDn('bob') }, cutAfterEntries(0, 'rst')));
    expect(await company.written(() => company.sync({ group: 'devs' }))).toEqual([]);
    expect(await company.run(2)).toMatchObject({ status: 'failed', errorCode: 'interrupted' });
    expect(await company.members()).toEqual(AS_IT_WAS);
  });

  it('a nested group that cannot be looked up leaves the group around it as it is (C22)', async () => {
    await using company = await openCompany({ groups: { ...GROUPS, all: ['alice'] } });
    company.ldap.modify(groupDn('all'), { add: { member: [groupDn('ops')] } });
    await company.sync();
    const before = await company.members();
    company.ldap.modify(groupDn('all'), { delete: { member: [personDn('alice')] } });
    company.ldap.inject(onSearch({ dn: groupDn('ops') }, answerCode(53)));
    expect(await company.written(() => company.sync({ group: 'all' }))).toEqual([]);
    expect(await company.run(2)).toMatchObject({
      status: 'partial',
      counts: { plan: { unknown: 1, remove: 0 } },
    });
    expect(await company.members()).toEqual(before);
  });

  it('a hundred runs with an unreachable server change nothing in the database, and the failures are counted (F04)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    await company.ldap.close();
    const written = await company.written(async () => {
      for (let n = 0; n < 100; n++) await company.sync({ trigger: 'schedule' });
    });
    expect(written).toEqual([]);
    expect(await company.members()).toEqual(AS_IT_WAS);
    expect(await company.status()).toMatchObject({
      consecutiveFailures: 100,
      lastRun: { status: 'failed', errorCode: 'unreachable' },
    });
  });

  it('a refused password fails the run after one attempt (F93)', async () => {
    const bind = onBind(
      {},
      answerCode(49, '80090308: LdapErr: DSID, comment: AcceptSecurityContext error, data 532, v1'),
    );
    await using company = await onABadDay(bind);
    const binds = () => company.ldap.requests.filter(({ op }) => op === 'bind').length;
    const before = binds();
    const id = await company.request();
    expect(await company.begin(id)).toBe('done');
    expect(binds() - before).toBe(1);
    const { status, errorCode, errorMessage } = await company.run(id);
    expect({ status, errorCode }).toEqual({ status: 'failed', errorCode: 'bind_refused' });
    expect(errorMessage).toMatch(/the password has expired/);
    expect(errorMessage).not.toMatch(/secret/);
  });

  it('fails a run that takes longer than runTimeout', async () => {
    await using company = await onABadDay(onSearch(ofGroups, silenceAfterEntries(1)), { runTimeoutMs: 300 });
    const failed = await failsUnharmed(company, 'run_timeout');
    expect(failed.errorMessage).toMatch(/runTimeout/);
  });

  it('an empty page with a cookie is not the end: all groups are seen, and nothing is removed (F11)', async () => {
    await using company = await onABadDay(emptyPageWithCookie({ afterPage: 1 }), { pageSize: 1 });
    expect(await company.sync()).toMatchObject({
      status: 'succeeded',
      counts: { plan: { remove: 0, missing: 0 } },
    });
    expect(await company.members()).toEqual(AS_IT_WILL_BE);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('what the directory changes while it is read is seen by the next scheduled run', async () => {
    const change = () => company.ldap.modify(groupDn('ops'), { add: { member: [personDn('bob')] } });
    await using company: Company = await onABadDay(
      onSearch(
        { ...ofPeople, nth: 1 },
        meanwhile(() => change()),
      ),
    );
    await company.sync();
    await company.sync({ trigger: 'schedule' });
    expect(await company.members()).toEqual({ ...AS_IT_WILL_BE, 'platform/ops': ['bob', 'carol'] });
  });
});
