/** Signatures as the Standard Webhooks specification has them, so that receivers check them with its libraries. */
import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** A message as it is sent: the same id every time it is tried, the moment of the attempt, and the exact body. */
export interface Signable {
  readonly id: string;
  readonly at: Date;
  readonly body: string;
}

/** The three headers of a signed message. A secret that begins with `whsec_` is base64, any other is taken as it is. */
export function signedHeaders(secret: string, { id, at, body }: Signable): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

function keyOf(secret: string): Buffer {
  return secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
}
