/** Hands one notice to its webhook, unless it has become out of date. */
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { WebhookSettings } from '../model/settings.ts';
import type { Database } from '../store/database/database.ts';
import { recordAttempt, settleNotice, waitingNotice } from '../store/status/notices.ts';

export interface DeliveryPorts {
  readonly db: Database;
  readonly log: Log;
  readonly webhooks: readonly WebhookSettings[];
  /** One attempt; `gone`: the receiver wants no more of it. */
  readonly send: (
    webhook: WebhookSettings,
    message: { readonly id: string; readonly body: string },
  ) => Promise<
    { readonly kind: 'delivered' } | { readonly kind: 'gone' | 'failed'; readonly reason: string }
  >;
}

/** Idempotent: a notice that was delivered or superseded is left alone. Throws what the queue should try again. */
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
  log.info({ notice: id, webhook: webhook.name }, 'people were told');
}

/** After the last attempt, or where another one makes no sense: the status says so from now on. */
export async function recordUndelivered(
  { db, log }: Pick<DeliveryPorts, 'db' | 'log'>,
  id: string,
  reason: string,
): Promise<void> {
  await settleNotice(db, id, { state: 'given_up', error: reason });
  log.error({ notice: id, reason }, 'a notice could not be delivered');
}
