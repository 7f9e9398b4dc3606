/** Alarms and changes are sent once, after any failure of the queue or of the receiver. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { raiseAlarms, reportChanges, resumeNotices } from '../../src/jobs/raise-alarms.ts';
import { decideDoubts } from '../../src/store/doubts/decide.ts';
import { rejectRun } from '../../src/store/runs/decide.ts';
import { listRuns } from '../../src/store/runs/request.ts';
import { webhookStatus } from '../../src/store/status/notices.ts';
import { groupDn, personDn } from '../support/given/company.ts';
import { brokers, sharedBroker } from '../support/given/queue/brokers.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { until } from '../support/observe/until.ts';
import { hoursPass, openNoticeSetup, states } from './recipient.ts';

describe.each(brokers)('webhook messages, with the queue in $name', ({ open: openBroker }) => {
  const theBroker = sharedBroker(openBroker);

  it('are one start, one reminder a day and one end for a hundred failing runs (F04)', async () => {
    await using setup = await openNoticeSetup(theBroker());
    const { company, receiver, checkAlarms } = setup;
    await setup.work();
    const { settings } = company;
    company.settings = { ...settings, urls: ['ldap://127.0.0.1:1'] };
    for (let run = 0; run < 100; run += 1) {
      await company.sync();
      await checkAlarms();
    }
    expect(await company.status()).toMatchObject({
      consecutiveFailures: 100,
      lastRun: { status: 'failed', errorCode: 'unreachable' },
    });
    expect(await setup.receivedTypes()).toEqual(['directory.failed']);
    await hoursPass(company.db, 23);
    await checkAlarms();
    await hoursPass(company.db, 1);
    await checkAlarms();
    await checkAlarms();
    expect(await setup.receivedTypes()).toEqual(['directory.failed', 'directory.failed']);
    expect(receiver.received.all[1]?.message.data).toMatchObject({
      directory: 'corp',
      reminder: true,
      consecutiveFailures: 100,
      reasons: ['unreachable'],
    });
    company.settings = settings;
    await company.sync();
    await checkAlarms();
    await company.sync();
    await checkAlarms();
    expect(await setup.receivedTypes()).toEqual([
      'directory.failed',
      'directory.failed',
      'directory.recovered',
    ]);
    expect(receiver.received.all.every(message => message.genuine)).toBe(true);
    expect(receiver.received.all.map(({ body }) => body).join()).not.toMatch(/127\.0\.0\.1|dc=test|alice/);
  });

  it('are sent for held removals until a decision, and not again for every run that holds the same', async () => {
    await using setup = await openNoticeSetup(theBroker());
    const { company, receiver, checkAlarms } = setup;
    await setup.work();
    await company.sync();
    company.ldap.modify(groupDn('devs'), { replace: { member: [personDn('alice')] } });
    for (const _ of [1, 2, 3]) {
      await company.sync();
      await checkAlarms();
    }
    expect(await setup.receivedTypes()).toEqual(['directory.held']);
    expect(receiver.received.all[0]?.message.data).toMatchObject({
      counts: { runs: 1, removals: 2 },
      reasons: ['member_removals'],
    });
    const [held] = await listRuns(company.db, { limit: 1, status: 'held' });
    await rejectRun(company.db, held?.id ?? 0, { by: 'ops', reason: 'they stay' });
    await checkAlarms();
    expect(await setup.receivedTypes()).toEqual(['directory.held', 'directory.recovered']);
  });

  it('are sent for a doubt older than guard.doubtAlarm until the decision that the member stays', async () => {
    await using setup = await openNoticeSetup(theBroker());
    const { company, receiver, checkAlarms } = setup;
    await setup.work();
    await company.sync();
    company.ldap.modify(personDn('bob'), { replace: { entryUUID: [] } });
    await company.sync();
    await checkAlarms();
    expect(await setup.receivedTypes()).toEqual([]);
    await rowsOf(company.db, sql`update membership_doubt set since = since - interval '24 hours'`);
    await checkAlarms();
    await checkAlarms();
    expect(await setup.receivedTypes()).toEqual(['directory.doubt']);
    expect(receiver.received.all[0]?.message.data).toMatchObject({
      counts: { doubts: 1, undecided: 1 },
      reasons: ['source_id_missing'],
    });
    expect(receiver.received.all[0]?.body).not.toMatch(/dc=test|bob|devs/);
    const [group] = await rowsOf(company.db, sql<{ id: number }>`select id from access_group`);
    const act = { accessGroupId: group?.id ?? 0, usernames: ['bob'], by: 'ops', reason: 'he is still here' };
    await decideDoubts(company.db, { ...act, decision: 'keep' });
    await checkAlarms();
    expect(await setup.receivedTypes()).toEqual(['directory.doubt', 'directory.recovered']);
  });

  it('are sent again with the same id after the receiver failed', async () => {
    await using setup = await openNoticeSetup(theBroker());
    const { company, receiver } = setup;
    receiver.answer(500, response => response.destroy(), 302);
    company.settings = { ...company.settings, urls: ['ldap://127.0.0.1:1'] };
    await company.sync();
    await setup.checkAlarms();
    await setup.work();
    await setup.receivedTypes();
    const tries = receiver.received.all;
    expect(tries).toHaveLength(4);
    expect(new Set(tries.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
    expect(await webhookStatus(company.db, ['ops'])).toMatchObject([
      { waiting: 0, givenUp: 0, lastError: undefined, lastDeliveredAt: expect.any(Date) },
    ]);
    expect(await rowsOf(company.db, sql`select attempts from notice`)).toEqual([{ attempts: 4 }]);
  });

  it('are sent for changed memberships if the webhook asks for them, signed and until the receiver accepts them', async () => {
    await using setup = await openNoticeSetup(theBroker());
    const { company, receiver, ports } = setup;
    const asking = { ...ports, webhooks: [{ ...receiver.webhook, events: ['changed' as const] }] };
    await reportChanges(ports);
    await reportChanges(asking);
    await company.sync();
    receiver.answer(500);
    await setup.work();
    await until('the changes are final', async () => {
      await reportChanges(asking);
      return (await states(company.db)).length > 0;
    });
    await reportChanges(asking);
    expect(await setup.receivedTypes()).toEqual(['membership.changed', 'membership.changed']);
    expect(new Set(receiver.received.all.map(({ id }) => id)).size).toBe(1);
    expect(receiver.received.all.every(message => message.genuine)).toBe(true);
    const { data } = receiver.received.all[0]?.message ?? {};
    expect(data).toMatchObject({ directory: 'corp', counts: { groups: 1, added: 3, removed: 0 } });
    expect(receiver.received.all[0]?.body).not.toMatch(/dc=test|bob|devs/);
  });

  it('are given up after the last attempt, which the status shows until a later message is delivered', async () => {
    await using setup = await openNoticeSetup(theBroker());
    const { company, receiver } = setup;
    receiver.answer(...Array.from({ length: 14 }, () => 503));
    const { settings } = company;
    company.settings = { ...settings, urls: ['ldap://127.0.0.1:1'] };
    await company.sync();
    await setup.checkAlarms();
    await setup.work();
    expect(await setup.receivedTypes()).toHaveLength(14);
    expect(await webhookStatus(company.db, ['ops', 'other'])).toEqual([
      {
        name: 'ops',
        waiting: 0,
        givenUp: 1,
        lastDeliveredAt: undefined,
        lastError: 'the webhook "ops" answered 503',
      },
      { name: 'other', waiting: 0, givenUp: 0, lastDeliveredAt: undefined, lastError: undefined },
    ]);
    company.settings = settings;
    await company.sync();
    await setup.checkAlarms();
    await setup.receivedTypes();
    expect(await webhookStatus(company.db, ['ops'])).toMatchObject([{ givenUp: 0, lastError: undefined }]);
  });

  it('are tried once if the receiver answers 410', async () => {
    await using setup = await openNoticeSetup(theBroker());
    const { company, receiver } = setup;
    receiver.answer(410);
    company.settings = { ...company.settings, urls: ['ldap://127.0.0.1:1'] };
    await company.sync();
    await setup.checkAlarms();
    await setup.work();
    expect(await setup.receivedTypes()).toHaveLength(1);
    expect(await states(company.db)).toEqual(['given_up']);
  });

  it('are sent once if the queue has lost them (D7)', async () => {
    const broker = theBroker();
    await using setup = await openNoticeSetup(broker);
    const { company, ports } = setup;
    company.settings = { ...company.settings, urls: ['ldap://127.0.0.1:1'] };
    await company.sync();
    await setup.checkAlarms();
    await broker.wipe();
    await setup.work();
    await resumeNotices(ports, 60_000);
    expect(await states(company.db)).toEqual(['waiting']);
    await rowsOf(company.db, sql`update notice set looked_at = looked_at - interval '2 minutes'`);
    await resumeNotices(ports, 60_000);
    await resumeNotices(ports, 0);
    expect(await setup.receivedTypes()).toEqual(['directory.failed']);
  });

  it('are not sent for a failure that ended before the first delivery', async () => {
    await using setup = await openNoticeSetup(theBroker());
    const { company, receiver } = setup;
    const { settings } = company;
    company.settings = { ...settings, urls: ['ldap://127.0.0.1:1'] };
    await company.sync();
    await setup.checkAlarms();
    company.settings = settings;
    await company.sync();
    await setup.checkAlarms();
    await setup.work();
    await setup.receivedTypes();
    expect(receiver.received.all.map(({ message }) => message.type)).toEqual(['directory.recovered']);
    expect((await states(company.db)).sort()).toEqual(['delivered', 'superseded']);
  });
});

describe('the regular check for alarms', () => {
  const theBroker = sharedBroker(brokers[0].open);

  it('by many instances finds a missed alarm and records it once', async () => {
    await using setup = await openNoticeSetup(theBroker());
    const { company } = setup;
    company.settings = { ...company.settings, urls: ['ldap://127.0.0.1:1'] };
    await company.sync();
    await Promise.all([1, 2, 3, 4].map(() => setup.checkAlarms()));
    expect(await states(company.db)).toEqual(['waiting']);
  });

  it('writes nothing for a healthy directory, and nothing without webhooks', async () => {
    await using setup = await openNoticeSetup(theBroker());
    const { company, ports } = setup;
    await company.sync();
    expect(await company.written(() => setup.checkAlarms())).toEqual([]);
    company.settings = { ...company.settings, urls: ['ldap://127.0.0.1:1'] };
    await company.sync();
    expect(await company.written(() => raiseAlarms({ ...ports, webhooks: [] }))).toEqual([]);
  });

  it('ignores resyncs of one group and dry runs', async () => {
    await using setup = await openNoticeSetup(theBroker());
    const { company } = setup;
    await company.sync();
    await company.sync({ group: 'nobody-knows-it' });
    company.settings = { ...company.settings, urls: ['ldap://127.0.0.1:1'] };
    await company.sync({ mode: 'plan' });
    await setup.checkAlarms();
    expect(await states(company.db)).toEqual([]);
  });
});
