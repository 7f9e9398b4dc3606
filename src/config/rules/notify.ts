/** Rules over several keys of a webhook. */
import * as z from 'zod';
import { keyText, type Place, type Problem } from '../schema/problem.ts';
import { flag } from '../schema/values.ts';
import { pick } from './pick.ts';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether this is an `http://` URL of another machine. */
export function isPlaintext(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'http:' && !LOOPBACK.test(url.hostname);
}

/** Allows `http://` only to this machine or with allowPlaintext, because a signature does not encrypt the message. */
export function plaintextWebhook({ path, value }: Place): Problem[] {
  const found = pick({ url: z.string(), allowPlaintext: flag().default(false) }, value);
  if (found === undefined || found.allowPlaintext || !isPlaintext(found.url)) return [];
  const message =
    'would send messages unencrypted; use https://, or set allowPlaintext: true for this webhook';
  return [{ path: [...path, 'url'], message }];
}

/** Requires base64 after `whsec_`: invalid base64 would decode to a different key than the receiver has. */
export function webhookSecrets(webhooks: readonly Place[], secrets: ReadonlyMap<string, string>): Problem[] {
  return webhooks.flatMap(({ path }) => {
    const secret = secrets.get(keyText([...path, 'secret'])) ?? '';
    if (!secret.startsWith('whsec_') || isBase64(secret.slice('whsec_'.length))) return [];
    const message =
      'begins with whsec_, but the rest is not valid base64 (generate one: openssl rand -base64 32)';
    return [{ path: [...path, 'secret'], message }];
  });
}

function isBase64(text: string): boolean {
  return text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}
