/** Alarms: what people are told without asking, and how it reaches them. */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import { type DeliveryPorts, deliverNotice, giveUp } from '../jobs/deliver-notice.ts';
import { raiseAlarms, resumeNotices } from '../jobs/raise-alarms.ts';
import { sendMessage } from '../notify/send.ts';
import { hasUntried } from '../store/notices.ts';
import type { Parts } from './parts.ts';

export interface Alarms {
  /** After a run has ended. A failure is logged: the run is over anyway, and the next look finds the same. */
  readonly look: () => Promise<void>;
  /** The regular look, which also finds notices that a queue has lost. */
  readonly resume: (olderThanMs: number) => Promise<void>;
  /** Resolves when every notice has been tried once, or a while has passed: for a process that ends with its run. */
  readonly told: () => Promise<void>;
  readonly deliver: (notice: string) => Promise<void>;
  readonly giveUp: (notice: string, error: Error) => Promise<void>;
}

/** Longer than one attempt takes. */
const PATIENCE_MS = 12_000;

/** The alarms of all configured directories. */
export function alarmsOf({ settings, db, queue, log }: Parts): Alarms {
  const { webhooks } = settings.notify;
  const { enqueueNotices } = queue;
  const { directories } = settings;
  const raising = { db, log, directories, webhooks, publicUrl: settings.http.publicUrl, enqueueNotices };
  const now = () => new Date();
  const delivering: DeliveryPorts = {
    db,
    log,
    webhooks,
    send: (webhook, message) => sendMessage(webhook, { ...message, now }),
  };
  const look = () =>
    raiseAlarms(raising).catch(error =>
      log.warn({ reason: messageOf(error) }, 'whether people have to be told is looked at again later'),
    );
  return {
    look,
    async told() {
      if (webhooks.length === 0) return;
      await look();
      for (const began = Date.now(); Date.now() - began < PATIENCE_MS; await delay(100))
        if (!(await hasUntried(db))) return;
    },
    async resume(olderThanMs) {
      await raiseAlarms(raising);
      await resumeNotices(raising, olderThanMs);
    },
    deliver: notice => deliverNotice(delivering, notice),
    giveUp: (notice, error) => giveUp(delivering, notice, messageOf(error)),
  };
}
