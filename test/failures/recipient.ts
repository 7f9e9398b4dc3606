/** A company with its jobs, a queue and a webhook receiver. */
import { sql } from 'kysely';
import { deliverNotice, recordUndelivered } from '../../src/jobs/deliver-notice.ts';
import { type AlarmPorts, raiseAlarms } from '../../src/jobs/raise-alarms.ts';
import { sendMessage } from '../../src/notify/send.ts';
import type { Database } from '../../src/store/database/database.ts';
import { type Company, openCompany } from '../support/given/company.ts';
import type { TestBroker } from '../support/given/queue/brokers.ts';
import { queueOn } from '../support/given/queue/queue.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { type Receiver, startReceiver } from '../support/observe/receiver.ts';
import { until } from '../support/observe/until.ts';
import { log } from './failing-installation.ts';

export interface NoticeSetup extends AsyncDisposable {
  readonly company: Company;
  readonly receiver: Receiver;
  readonly ports: AlarmPorts;
  readonly checkAlarms: () => Promise<void>;
  /** Starts a worker that delivers messages. */
  work(): Promise<void>;
  /** The types of the received messages, once no message waits. */
  receivedTypes(): Promise<string[]>;
}

/** Every removal is held, and a receiver listens. */
export async function openNoticeSetup(broker: TestBroker): Promise<NoticeSetup> {
  await using stack = new AsyncDisposableStack();
  const receiver = stack.use(await startReceiver());
  const groups = { devs: ['alice', 'bob', 'carol'] };
  const guard = {
    memberRemovals: { percent: 0, count: 0 },
    groupMemberRemovals: { percent: 0, count: 0 },
    groupRemovals: { percent: 0, count: 0 },
  };
  const company = stack.use(await openCompany({ groups, settings: { guard } }));
  const stage = stack.use(queueOn(broker));
  const { enqueueNotices } = await stage.queue();
  const { db } = company;
  const webhooks = [receiver.webhook];
  const ports = { db, log, webhooks, publicUrl: undefined, directories: [company.settings], enqueueNotices };
  const now = () => new Date();
  const delivery = {
    db,
    log,
    webhooks,
    send: (to: typeof receiver.webhook, message: Message) => sendMessage(to, { ...message, now }),
  };
  const kept = stack.move();
  return {
    company,
    receiver,
    ports,
    checkAlarms: () => raiseAlarms(ports),
    async work() {
      await stage.worker({
        deliverNotice: id => deliverNotice(delivery, id),
        noticeFailed: (id, error) => recordUndelivered(delivery, id, error.message),
      });
    },
    async receivedTypes() {
      await until('nothing waits', async () => (await states(db)).every(state => state !== 'waiting'));
      return receiver.received.all.map(({ message }) => message.type);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

interface Message {
  readonly id: string;
  readonly body: string;
}

/** The states of all messages so far. */
export async function states(db: Database): Promise<string[]> {
  const rows = await rowsOf(db, sql<{ state: string }>`select state from notice order by created_at, state`);
  return rows.map(row => row.state);
}

/** Sets the alarms back by that many hours. */
export async function hoursPass(db: Database, hours: number): Promise<void> {
  await rowsOf(
    db,
    sql`update alarm set since = since - ${hours} * interval '1 hour', told_at = told_at - ${hours} * interval '1 hour'`,
  );
}
