/** One attempt to deliver a message to a webhook. */
import { messageOf } from '../errors.ts';
import type { WebhookSettings } from '../model/settings.ts';
import { signedHeaders } from './sign.ts';

/** `gone`: the receiver refuses all further messages (410). `failed`: retry. `reason` never contains the URL. */
export type Answer =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'gone' | 'failed'; readonly reason: string };

export interface Sending {
  /** The id of the message. It is the same for every attempt, so that a receiver can detect duplicates. */
  readonly id: string;
  readonly body: string;
  readonly now: () => Date;
}

const TIMEOUT_MS = 10_000;

/**
 * Posts a signed message. Does not follow redirects, because the signature is meant for one receiver. Never throws.
 */
export async function sendMessage(
  { url, secret }: Pick<WebhookSettings, 'url' | 'secret'>,
  { id, body, now }: Sending,
  timeoutMs = TIMEOUT_MS,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...signedHeaders(secret, { id, at: now(), body }) },
      body,
      signal: timeout,
    });
    await response.body?.cancel();
    return answerOf(response.status);
  } catch (error) {
    const reason = timeout.aborted ? `did not answer within ${timeoutMs / 1_000} s` : reasonOf(error);
    return { kind: 'failed', reason };
  }
}

function answerOf(status: number): Answer {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  if (status === 410) return { kind: 'gone', reason: 'answered 410 Gone' };
  const redirects = status >= 300 && status < 400;
  return {
    kind: 'failed',
    reason: redirects ? `answered ${status}; redirects are not followed` : `answered ${status}`,
  };
}

/** The cause of "fetch failed": the error code, or the message if there is no code. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return `cannot be reached: ${code === '' ? messageOf(cause) : code}`;
}
