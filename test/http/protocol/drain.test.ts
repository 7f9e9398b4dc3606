/** A server that stops ends the responses of clients that do not read. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { auditAnswers, ENTRY } from '../../support/given/http/audit-answers.ts';
import { fixture, VIEWER } from '../../support/given/http/http-server.ts';
import { inbox } from '../../support/observe/inbox.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('a server that stops', () => {
  it('does not wait for a client that does not read, and ends its response', async () => {
    const ended = inbox<string>();
    const stream = async function* () {
      try {
        for (;;) yield ENTRY;
      } finally {
        ended.put('read no more');
      }
    };
    const { app } = fixture({ audit: { ...auditAnswers(), stream } });
    app.addHook('preClose', async () => void vi.advanceTimersByTime(3_000));
    const { hostname, port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const client = connect(Number(port), hostname).on('error', () => {});
    client.write(`GET /api/audit HTTP/1.1\r\nhost: x\r\naccept: application/jsonl\r\n`);
    client.write(`authorization: ${VIEWER.authorization}\r\n\r\n`);
    await once(client, 'readable');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await app.close();
    expect(await ended.count(1)).toEqual(['read no more']);
    client.destroy();
  });
});
