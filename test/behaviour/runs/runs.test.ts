/** Several runs: one at a time, none is lost, and late ones change nothing. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { abandonBatch } from '../../../src/jobs/reconcile-batch.ts';
import { createLog } from '../../../src/log.ts';
import { claimRun } from '../../../src/store/runs/lease.ts';
import { requestRun, runGroups } from '../../../src/store/runs/request.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';

const GROUPS = { devs: ['alice', 'bob'], ops: ['carol'] };
const log = createLog({ level: 'silent' });

/** A read that waits until the test continues it. */
function heldUpRead() {
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const read: typeof readDirectory = async (settings, options) => {
    begun.resolve();
    await Promise.race([goOn.promise, abortOf(options?.signal)]);
    return readDirectory(settings, options);
  };
  return { begun: begun.promise, goOn: goOn.resolve, readDirectory: read };
}

function abortOf(signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => signal?.addEventListener('abort', () => resolve(), { once: true }));
}

function addBob({ ldap }: Company) {
  ldap.modify(groupDn('ops'), { add: { member: [personDn('bob')] } });
}

describe('runs of one directory', () => {
  it('while one reads, another waits, and all requests get the waiting run (D1, D2)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    const read = heldUpRead();
    const first = await company.request();
    const reading = company.begin(first, read);
    await read.begun;

    const second = await company.request();
    expect(second).not.toBe(first);
    expect(await Promise.all([company.request(), company.request()])).toEqual([second, second]);
    expect(await company.begin(second, { owner: 'another process' })).toBe('busy');
    expect(await company.run(second)).toMatchObject({ status: 'queued' });

    read.goOn();
    expect(await reading).toBe('done');
    expect(await company.begin(second)).toBe('busy');
    await company.work();
    expect(await company.written(() => company.begin(second))).toEqual([]);
    expect(await company.run(second)).toMatchObject({ status: 'succeeded' });
  });

  it('the same request key gets the first answer, at the same time as when that run is over (D1, D3)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    const request = { directory: 'corp', trigger: 'manual', mode: 'apply', requestKey: 'click-1' } as const;
    const answers = await Promise.all([requestRun(company.db, request), requestRun(company.db, request)]);
    const run = { id: answers[0].run.id };
    expect(answers.map(answer => answer.run.id)).toEqual([run.id, run.id]);
    expect(answers.filter(answer => answer.created)).toHaveLength(1);
    await company.begin(run.id);
    await company.work();
    expect(await requestRun(company.db, request)).toMatchObject({
      created: false,
      run: { id: run.id, status: 'succeeded' },
    });
  });

  it('a task that is delivered again, at once or later, changes nothing (D4, D5)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    const run = await company.request();
    await company.begin(run);
    const tasks = [...company.tasks];
    company.tasks.push(...tasks);
    await company.work();
    expect(await company.run(run)).toMatchObject({ status: 'succeeded', counts: { applied: { added: 3 } } });
    company.tasks.push(...tasks);
    expect(await company.written(() => company.work())).toEqual([]);
    expect(await company.begin(run)).toBe('done');
    expect(company.tasks).toEqual([]);
  });

  it('a late task of an older run is superseded: it does not bring back what a newer run removed (D5)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    addBob(company);
    const older = await company.request();
    await company.begin(older);
    const [late] = company.tasks.splice(0);
    await abandonBatch({ db: company.db, log }, older, late?.batch ?? -1, 'stalled');
    company.ldap.modify(groupDn('ops'), { delete: { member: [personDn('bob')] } });
    await company.sync();
    // As if the task had never been given up: pending, in a run that still applies.
    await rowsOf(company.db, sql`update sync_run_group set outcome = 'pending' where run_id = ${older}`);
    await rowsOf(company.db, sql`update sync_run set status = 'applying' where id = ${older}`);
    await rowsOf(company.db, sql`update directory_group set applied_run = ${older + 1} where cn = 'ops'`);
    company.tasks.push({ run: older, batch: late?.batch ?? -1 });
    expect(await company.written(() => company.work())).toEqual([]);
    expect(await runGroups(company.db, older)).toMatchObject([
      { outcome: 'superseded', reason: 'newer_run' },
    ]);
    expect(await company.members()).toMatchObject({ 'platform/ops': ['carol'] });
  });

  it('a run whose process died ends as lease_expired, and the next run starts (D6)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    const dead = await company.request();
    await claimRun(company.db, dead, { owner: 'a dead process', leaseMs: 0 });
    await company.resume();
    expect(await company.run(dead)).toMatchObject({ status: 'failed', errorCode: 'lease_expired' });
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a process that continues after it lost its lease writes nothing (D6)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    const read = heldUpRead();
    const asleep = await company.request();
    const reading = company.begin(asleep, { ...read, owner: 'asleep' });
    await read.begun;
    await rowsOf(company.db, sql`update sync_run set lease_until = now() - interval '1 second'`);
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    addBob(company);
    read.goOn();
    expect(await company.written(() => reading)).toEqual([]);
    expect(await company.run(asleep)).toMatchObject({ status: 'failed', errorCode: 'lease_expired' });
    expect(await company.members()).toMatchObject({ 'platform/ops': ['carol'] });
  });

  it('tasks and runs that a queue lost are enqueued again and done once (D7)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    const run = await company.request();
    await company.resume();
    expect(await company.run(run)).toMatchObject({ status: 'applying' });
    company.tasks.splice(0);
    await company.resume();
    expect(company.tasks).toEqual([{ run, batch: 0 }]);
    await company.work();
    expect(await company.run(run)).toMatchObject({ status: 'succeeded', counts: { applied: { added: 3 } } });
    await company.resume();
    expect(company.tasks).toEqual([]);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('two names are swapped although the process died before its renames (D7, F38)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    company.ldap.rename(groupDn('devs'), groupDn('between'));
    company.ldap.rename(groupDn('ops'), groupDn('devs'));
    company.ldap.rename(groupDn('between'), groupDn('ops'));
    await rowsOf(
      company.db,
      sql`
        create function gone() returns trigger language plpgsql as
          'begin raise exception ''terminating connection'' using errcode = ''57P01''; end';
        create trigger gone before update of name on access_group for each row execute function gone()`,
    );
    const run = await company.request();
    await expect(company.begin(run)).rejects.toThrow('terminating connection');
    await rowsOf(company.db, sql`drop trigger gone on access_group`);
    await company.resume();
    await company.work();
    expect(await company.run(run)).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ 'platform/ops': ['alice', 'bob'], 'platform/devs': ['carol'] });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a run whose process stops returns to the queue, and another process does it', async () => {
    await using company = await openCompany({ groups: GROUPS });
    const stop = new AbortController();
    const read = heldUpRead();
    const run = await company.request();
    const reading = company.begin(run, read, stop.signal);
    await read.begun;
    stop.abort(new Error('stopping'));
    await expect(reading).rejects.toThrow();
    expect(await company.run(run)).toMatchObject({ status: 'queued', startedAt: undefined });
    await company.begin(run, { owner: 'another process' });
    await company.work();
    expect(await company.run(run)).toMatchObject({ status: 'succeeded' });
    expect(await company.written(() => company.sync())).toEqual([]);
  });
});

describe('what a request for a run contains', () => {
  it('mode plan writes nothing but its own record, which says what would change', async () => {
    await using company = await openCompany({ groups: GROUPS });
    let run = 0;
    expect(await company.written(async () => (run = (await company.sync({ mode: 'plan' })).id))).toEqual([]);
    expect(company.tasks).toEqual([]);
    expect(await company.run(run)).toMatchObject({
      status: 'succeeded',
      counts: { plan: { create: 2, add: 3 } },
    });
    expect(await runGroups(company.db, run)).toMatchObject([
      { name: 'devs', outcome: 'planned', add: 2 },
      { name: 'ops', outcome: 'planned', add: 1 },
    ]);
    expect(await rowsOf(company.db, sql`select from directory_state`)).toEqual([]);
    expect(await company.status()).toMatchObject({ lastSuccessAt: undefined, memberships: 0 });
    expect(await company.sync({ trigger: 'schedule' })).toMatchObject({ counts: { applied: { added: 3 } } });
  });

  it('a directory that is not configured is left to another process, and fails the run after ten minutes (G82)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    const run = await company.request({ directory: 'acme' });
    expect(await company.begin(run)).toBe('busy');
    expect(await company.run(run)).toMatchObject({ status: 'queued' });
    await rowsOf(company.db, sql`update sync_run set queued_at = queued_at - interval '11 minutes'`);
    expect(await company.begin(run)).toBe('done');
    expect(await company.run(run)).toMatchObject({
      status: 'failed',
      errorCode: 'unknown_directory',
      errorMessage: expect.stringContaining('"acme"'),
    });
  });

  it('a group that no mapping matches fails the run, by name, and at once', async () => {
    await using company = await openCompany({ groups: GROUPS });
    expect(await company.sync({ group: 'nosuch' })).toMatchObject({
      status: 'failed',
      errorCode: 'gone',
      errorMessage: expect.stringContaining('"nosuch"'),
    });
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
  });

  it('an unexpected error ends the run, and the next one starts', async () => {
    await using company = await openCompany({ groups: GROUPS });
    const run = await company.request();
    await company.begin(run, { readDirectory: () => Promise.reject(new TypeError('a mistake of ours')) });
    expect(await company.run(run)).toMatchObject({
      status: 'failed',
      errorCode: 'internal',
      errorMessage: 'a mistake of ours',
    });
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
  });
});
