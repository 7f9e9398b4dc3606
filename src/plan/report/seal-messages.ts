/** Anchors of the audit as text, and the messages for webhooks about them. */

import type { Anchor } from '../../model/audit.ts';
import type { WebhookSettings } from '../../model/settings.ts';
import type { NewNotice } from '../../model/status/alarm.ts';

/** The text of an anchor: `12:9f86d0…`. */
export function anchorText({ number, head }: Anchor): string {
  return `${number}:${head}`;
}

/** All anchors in a text, such as a log. */
export function anchorsIn(text: string): Anchor[] {
  const found = text.matchAll(/(?<![\w:])(\d{1,15}):([0-9a-f]{64})(?!\w)/g);
  return Array.from(found, ([, number, head = '']) => ({ number: Number(number), head }));
}

/** One message for each webhook that asks for anchors. */
export function sealNotices(
  webhooks: readonly Pick<WebhookSettings, 'name' | 'events'>[],
  anchor: Anchor,
  now: Date,
): NewNotice[] {
  const body = JSON.stringify({
    type: 'audit.sealed',
    timestamp: now,
    data: { anchor: anchorText(anchor) },
  });
  return webhooks
    .filter(({ events }) => events.includes('sealed'))
    .map(({ name }) => ({ webhook: name, body }));
}
