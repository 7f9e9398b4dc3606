/** Webhook messages are signed according to Standard Webhooks and sent once, without following redirects. */
import { describe, expect, it } from 'vitest';
import { sendMessage } from '../../src/notify/send.ts';
import { signedHeaders } from '../../src/notify/sign.ts';
import { startReceiver } from '../support/observe/receiver.ts';

const NOW = new Date('2026-03-01T12:00:00.750Z');
const MESSAGE = { id: 'msg_1', body: '{"type":"rollcall.test","data":{}}', now: () => NOW };

describe('signedHeaders', () => {
  it.each([
    [
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: new Date(1614265330_000), body: '{"test": 2432232314}' },
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    ],
    [
      'whsec_plJ3nmyCDGBKInavdOK15jsl',
      {
        id: 'msg_loFOjxBNrRLzqYUf',
        at: new Date(1731705121_000),
        body: '{"event_type":"ping","data":{"success":true}}',
      },
      'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
    ],
  ])(
    'signs as the examples of the Standard Webhooks specification do, with %s',
    (secret, message, signature) => {
      expect(signedHeaders(secret, message)).toEqual({
        'webhook-id': message.id,
        'webhook-timestamp': String(message.at.getTime() / 1_000),
        'webhook-signature': signature,
      });
    },
  );

  it('uses a secret without the prefix as plain text', () => {
    const message = { id: 'msg_1', at: NOW, body: '{}' };
    const plain = 'correct horse battery staple';
    const coded = `whsec_${Buffer.from(plain).toString('base64')}`;
    expect(signedHeaders(plain, message)).toEqual(signedHeaders(coded, message));
  });
});

describe('sendMessage', () => {
  it('posts the body unchanged, with a signature that the receiver can verify', async () => {
    await using receiver = await startReceiver();
    expect(await sendMessage(receiver.webhook, MESSAGE)).toEqual({ kind: 'delivered', status: 204 });
    expect(receiver.received.all).toMatchObject([
      { id: 'msg_1', body: MESSAGE.body, genuine: true, timestamp: Math.floor(NOW.getTime() / 1_000) },
    ]);
  });

  it.each([
    [200, { kind: 'delivered', status: 200 }],
    [410, { kind: 'gone', reason: 'answered 410 Gone' }],
    [404, { kind: 'failed', reason: 'answered 404' }],
    [500, { kind: 'failed', reason: 'answered 500' }],
  ])('takes %i for %o', async (status, answer) => {
    await using receiver = await startReceiver();
    receiver.answer(status);
    expect(await sendMessage(receiver.webhook, MESSAGE)).toEqual(answer);
  });

  it('follows no redirect', async () => {
    await using receiver = await startReceiver();
    await using other = await startReceiver();
    receiver.answer(response => response.writeHead(307, { location: other.webhook.url }).end());
    expect(await sendMessage(receiver.webhook, MESSAGE)).toEqual({
      kind: 'failed',
      reason: 'answered 307; redirects are not followed',
    });
    expect(other.received.all).toEqual([]);
  });

  it('does not wait for a receiver that does not answer', async () => {
    await using receiver = await startReceiver();
    receiver.answer(() => {});
    expect(await sendMessage(receiver.webhook, MESSAGE, 50)).toEqual({
      kind: 'failed',
      reason: 'did not answer within 0.05 s',
    });
  });

  it('does not wait for the end of an endless answer', async () => {
    await using receiver = await startReceiver();
    receiver.answer(response => response.writeHead(200).write('so it begins'));
    expect(await sendMessage(receiver.webhook, MESSAGE)).toMatchObject({ kind: 'delivered' });
  });

  it('reports why a receiver cannot be reached, without the URL', async () => {
    const webhook = { url: 'http://127.0.0.1:1/secret-path', secret: 's' };
    expect(await sendMessage(webhook, MESSAGE)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/^cannot be reached: (?!.*secret-path)/),
    });
  });
});
