/** `rollcall notify test`: sends a message to webhooks directly, without the queue. */
import { randomUUID } from 'node:crypto';
import type { WebhookSettings } from '../../model/settings.ts';
import { type Answer, sendMessage } from '../../notify/send.ts';

/** Sends a signed test message to each webhook and returns the answers. Never throws. */
export function testWebhooks(
  webhooks: readonly WebhookSettings[],
): Promise<{ readonly name: string; readonly answer: Answer }[]> {
  const now = () => new Date();
  const data = { summary: 'This is a test message from rollcall. No action is needed.' };
  const body = JSON.stringify({ type: 'rollcall.test', timestamp: now(), data });
  return Promise.all(
    webhooks.map(async webhook => ({
      name: webhook.name,
      answer: await sendMessage(webhook, { id: randomUUID(), body, now }),
    })),
  );
}
