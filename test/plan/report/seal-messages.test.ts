import { expect, it } from 'vitest';
import { anchorsIn, anchorText, sealNotices } from '../../../src/plan/report/seal-messages.ts';

const head = '0f'.repeat(32);

it('finds every anchor of a log, and no text that is similar', () => {
  const anchor = { number: 12, head };
  const log = `{"anchor":"${anchorText(anchor)}"} x${anchorText(anchor)} 1:${head}0 13:${head}\n`;
  expect(anchorsIn(log)).toEqual([anchor, { number: 13, head }]);
});

it('sends the anchor to the webhooks that ask for it', () => {
  const webhooks = [
    { name: 'pager', events: ['held'] as const },
    { name: 'vault', events: ['sealed'] as const },
  ];
  const notices = sealNotices(webhooks, { number: 12, head }, new Date(0));
  expect(notices.map(({ webhook, body }) => [webhook, JSON.parse(body)])).toEqual([
    [
      'vault',
      { type: 'audit.sealed', timestamp: '1970-01-01T00:00:00.000Z', data: { anchor: `12:${head}` } },
    ],
  ]);
});
