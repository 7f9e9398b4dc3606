/** A webhook endpoint that records the requests it receives. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { WebhookSettings } from '../../../src/model/settings.ts';
import { listenLocally } from '../proxies/tcp-proxy.ts';
import { type Inbox, inbox } from './inbox.ts';

export interface Received {
  readonly id: string;
  readonly timestamp: number;
  /** Whether the signature is that of this receiver's secret over id, timestamp and body. */
  readonly genuine: boolean;
  readonly body: string;
  readonly message: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: Record<string, unknown>;
  };
}

/** A webhook endpoint on a free local port. */
export interface Receiver extends AsyncDisposable {
  readonly webhook: WebhookSettings;
  readonly received: Inbox<Received>;
  /**
   * Sets the answers to the next requests; later ones are answered with 204. A function may answer in any way, or not
   * at all.
   */
  answer(...answers: readonly (number | ((response: ServerResponse) => void))[]): void;
}

const KEY = Buffer.from('0123456789abcdef0123456789abcdef');

export async function startReceiver(more: Partial<WebhookSettings> = {}): Promise<Receiver> {
  const received = inbox<Received>();
  const answers: (number | ((response: ServerResponse) => void))[] = [];
  const server = createServer(async (request, response) => {
    received.put(await readMessage(request));
    const answer = answers.shift() ?? 204;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else answer(response);
  });
  const port = await listenLocally(server);
  return {
    webhook: {
      name: 'ops',
      url: `http://127.0.0.1:${port}/hook`,
      secret: `whsec_${KEY.toString('base64')}`,
      events: ['held', 'failed', 'doubt', 'recovered'],
      ...more,
    },
    received,
    answer: (...next) => void answers.push(...next),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function readMessage(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(name =>
    String(request.headers[name]),
  );
  const expected = createHmac('sha256', KEY).update([id, timestamp, body].join('.')).digest('base64');
  return {
    id: id ?? '',
    timestamp: Number(timestamp),
    genuine: signature === `v1,${expected}`,
    body,
    message: JSON.parse(body),
  };
}
