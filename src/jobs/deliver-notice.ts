/** Delivers one notice to its webhook, unless the notice was superseded. */
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { WebhookSettings } from '../model/settings.ts';
import type { Database } from '../store/database/database.ts';
import { recordAttempt, settleNotice, waitingNotice } from '../store/status/notices.ts';

export interface DeliveryPorts {
  readonly db: Database;
  readonly log: Log;
  readonly webhooks: readonly WebhookSettings[];
  /** Makes one attempt. `gone`: the receiver does not want further attempts. */
  readonly send: (
    webhook: WebhookSettings,
    message: { readonly id: string; readonly body: string },
  ) => Promise<
    { readonly kind: 'delivered' } | { readonly kind: 'gone' | 'failed'; readonly reason: string }
  >;
}

/** Idempotent: a delivered or superseded notice is not sent again. Throws an error for which the queue should retry. */
export async function deliverNotice(ports: DeliveryPorts, id: string): Promise<void> {
  const { db, log, webhooks, send } = ports;
  const notice = await waitingNotice(db, id);
  if (notice === undefined) return;
  const webhook = webhooks.find(({ name }) => name === notice.webhook);
  if (webhook === undefined)
    return recordUndelivered(ports, id, `the configuration has no webhook "${notice.webhook}"`);
  const answer = await send(webhook, { id, body: notice.body });
  if (answer.kind === 'gone') return recordUndelivered(ports, id, answer.reason);
  if (answer.kind === 'failed') {
    await recordAttempt(db, id, answer.reason);
    throw new UnavailableError(`the webhook "${webhook.name}" ${answer.reason}`);
  }
  await settleNotice(db, id, { state: 'delivered' });
  log.info({ notice: id, webhook: webhook.name }, 'notice delivered');
}

/** Records that no further attempt is made; the status reports it. */
export async function recordUndelivered(
  { db, log }: Pick<DeliveryPorts, 'db' | 'log'>,
  id: string,
  reason: string,
): Promise<void> {
  await settleNotice(db, id, { state: 'given_up', error: reason });
  log.error({ notice: id, reason }, 'notice not delivered');
}
