/** Alarms: detects conditions that need an operator, and delivers notices about them to webhooks. */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import { type DeliveryPorts, deliverNotice, recordUndelivered } from '../../jobs/deliver-notice.ts';
import { raiseAlarms, reportChanges, resumeNotices } from '../../jobs/raise-alarms.ts';
import { sendMessage } from '../../notify/send.ts';
import { hasUntried } from '../../store/status/notices.ts';
import type { AppContext } from '../context.ts';

export interface Alarms {
  /** Checks for alarms after a run. A failure is only logged: the run has ended, and the next check finds the same. */
  readonly check: () => Promise<void>;
  /** The periodic check, which also resumes notices that the queue lost. */
  readonly resume: (olderThanMs: number) => Promise<void>;
  /** Resolves after one attempt to deliver each notice, or a timeout. For a process that exits after its run. */
  readonly flush: () => Promise<void>;
  readonly deliver: (notice: string) => Promise<void>;
  readonly recordUndelivered: (notice: string, error: Error) => Promise<void>;
}

/** Longer than one attempt takes. */
const QUEUE_WAIT_MS = 12_000;

/** The alarm functions for all configured directories. */
export function alarmsOf({ current, db, queue, log }: AppContext): Alarms {
  const { enqueueNotices } = queue;
  const webhooksNow = () => current.settings.notify.webhooks;
  const raising = () => ({
    db,
    log,
    directories: current.settings.directories,
    webhooks: webhooksNow(),
    publicUrl: current.settings.http.publicUrl,
    enqueueNotices,
  });
  const now = () => new Date();
  const delivering = (): DeliveryPorts => ({
    db,
    log,
    webhooks: webhooksNow(),
    send: (webhook, message) => sendMessage(webhook, { ...message, now }),
  });
  const raise = async () => {
    const ports = raising();
    await raiseAlarms(ports);
    await reportChanges(ports);
  };
  const check = () =>
    raise().catch(error =>
      log.warn({ reason: messageOf(error) }, 'alarms could not be checked; will retry later'),
    );
  return {
    check,
    async flush() {
      if (webhooksNow().length === 0) return;
      await check();
      for (const began = Date.now(); Date.now() - began < QUEUE_WAIT_MS; await delay(100))
        if (!(await hasUntried(db))) return;
    },
    async resume(olderThanMs) {
      await raise();
      await resumeNotices(raising(), olderThanMs);
    },
    deliver: notice => deliverNotice(delivering(), notice),
    recordUndelivered: (notice, error) => recordUndelivered(delivering(), notice, messageOf(error)),
  };
}
