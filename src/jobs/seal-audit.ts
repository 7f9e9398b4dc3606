/** Seals the audit, and writes each new anchor to the log and to webhooks, where the owner of the database cannot change it. */
import type { Log } from '../log.ts';
import type { WebhookSettings } from '../model/settings.ts';
import { anchorText, sealNotices } from '../plan/report/seal-messages.ts';
import type { Database } from '../store/database/database.ts';
import { type Sealed, sealSome } from '../store/status/seal-notices.ts';

export interface SealPorts {
  readonly db: Database;
  readonly log: Log;
  readonly webhooks: readonly Pick<WebhookSettings, 'name' | 'events'>[];
  readonly enqueueNotices: (notices: readonly string[]) => Promise<void>;
}

/** Seals all rows whose transactions have ended. Idempotent; several processes may do it at the same time. */
export async function sealAudit({ db, log, webhooks, enqueueNotices }: SealPorts): Promise<void> {
  const next = () => sealSome(db, anchor => sealNotices(webhooks, anchor, new Date()));
  for (let some: Sealed | undefined = await next(); some !== undefined; some = await next()) {
    const { anchor, transactions, notices } = some;
    log.info({ anchor: anchorText(anchor), transactions }, 'audit sealed');
    if (notices.length > 0) await enqueueNotices(notices);
  }
}
