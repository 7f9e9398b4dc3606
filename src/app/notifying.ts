/** What `rollcall notify test` does: a message to every webhook now, past the queue. */
import { randomUUID } from 'node:crypto';
import { type Answer, sendMessage } from '../notify/send.ts';
import type { WebhookSettings } from '../settings.ts';

/** Sends each of them a signed message that says it is a test, and says what came back. Never throws. */
export function testWebhooks(
  webhooks: readonly WebhookSettings[],
): Promise<{ readonly name: string; readonly answer: Answer }[]> {
  const now = () => new Date();
  const data = { summary: 'A test of rollcall; nothing needs to be done.' };
  const body = JSON.stringify({ type: 'rollcall.test', timestamp: now(), data });
  return Promise.all(
    webhooks.map(async webhook => ({
      name: webhook.name,
      answer: await sendMessage(webhook, { id: randomUUID(), body, now }),
    })),
  );
}
