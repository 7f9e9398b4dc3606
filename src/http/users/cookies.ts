/** The cookies of a sign-in: that of the session, and that of an attempt (RFC 6265). */
import { z } from 'zod';

const attempt = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** The place in the console to return to. */
  place: z.string(),
});
export type KeptAttempt = z.infer<typeof attempt>;

/** How long a user may take at the provider. */
const ATTEMPT_S = 600;

/** The names and attributes of the cookies. With TLS, no other host and no page without TLS can set a cookie with the prefix `__Host-`. */
export function cookiesAt(publicUrl: string) {
  const isSecure = /^https:/i.test(publicUrl);
  const nameOf = (name: string) => `${isSecure ? '__Host-' : ''}${name}`;
  const [session, kept] = [nameOf('rollcall_session'), nameOf('rollcall_sign_in')];
  const write = (name: string, value: string, seconds: number) =>
    `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    sessionIn: (header: string | undefined) => valueIn(header, session),
    attemptIn: (header: string | undefined) => attemptOf(valueIn(header, kept)),
    forSession: (id: string, ms: number) => write(session, id, Math.floor(ms / 1_000)),
    forAttempt: (value: KeptAttempt) =>
      write(kept, Buffer.from(JSON.stringify(value)).toString('base64url'), ATTEMPT_S),
    noSession: write(session, '', 0),
    noAttempt: write(kept, '', 0),
  };
}

/** undefined: there is no such cookie, or there are several, of which another host may have set one. */
function valueIn(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(';').flatMap(pair => {
    const [key = '', value = ''] = pair.split(/=(.*)/s);
    return key.trim() === name ? [value.trim()] : [];
  });
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}

function attemptOf(value: string | undefined): KeptAttempt | undefined {
  try {
    const parsed = attempt.safeParse(JSON.parse(Buffer.from(value ?? '', 'base64url').toString()));
    return parsed.data;
  } catch {
    return undefined;
  }
}
