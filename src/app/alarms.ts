/** Alarms: what people are told without asking, and how it reaches them. */
import { messageOf } from '../errors.ts';
import { type DeliveryPorts, deliverNotice, giveUp } from '../jobs/deliver-notice.ts';
import { raiseAlarms, resumeNotices } from '../jobs/raise-alarms.ts';
import { sendMessage } from '../notify/send.ts';
import type { Parts } from './parts.ts';

export interface Alarms {
  /** After a run has ended. A failure is logged: the run is over anyway, and the next look finds the same. */
  look(): Promise<void>;
  /** The regular look, which also finds notices that a queue has lost. */
  resume(olderThanMs: number): Promise<void>;
  deliver(notice: string): Promise<void>;
  giveUp(notice: string, error: Error): Promise<void>;
}

/** The alarms of all configured directories. */
export function alarmsOf({ settings, db, queue, log }: Parts): Alarms {
  const { webhooks } = settings.notify;
  const { enqueueNotices } = queue;
  const directories = settings.directories.map(({ name }) => name);
  const raising = { db, log, directories, webhooks, publicUrl: settings.http.publicUrl, enqueueNotices };
  const now = () => new Date();
  const delivering: DeliveryPorts = {
    db,
    log,
    webhooks,
    send: (webhook, message) => sendMessage(webhook, { ...message, now }),
  };
  return {
    look: () =>
      raiseAlarms(raising).catch(error =>
        log.warn({ reason: messageOf(error) }, 'whether people have to be told is looked at again later'),
      ),
    async resume(olderThanMs) {
      await raiseAlarms(raising);
      await resumeNotices(raising, olderThanMs);
    },
    deliver: notice => deliverNotice(delivering, notice),
    giveUp: (notice, error) => giveUp(delivering, notice, messageOf(error)),
  };
}
