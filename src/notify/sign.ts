/** Signatures of the Standard Webhooks specification, which receivers can verify with its libraries. */
import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** A message to sign: the id, which is the same for every attempt, the time of the attempt, and the exact body. */
export interface Signable {
  readonly id: string;
  readonly at: Date;
  readonly body: string;
}

/**
 * The three headers of a signed message. A secret with the prefix `whsec_` is base64; any other secret is plain text.
 */
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
