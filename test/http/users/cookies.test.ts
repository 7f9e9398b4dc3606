/** The attributes of the cookies, and cookies with two meanings. */
import { describe, expect, it } from 'vitest';
import { cookiesAt } from '../../../src/http/users/cookies.ts';

const ATTEMPT = { state: 's', nonce: 'n', verifier: 'v', place: '#/' };

describe('the cookies of a sign-in', () => {
  it('behind TLS are sent with TLS only, and no other host can set them', () => {
    const cookies = cookiesAt('https://rollcall.example.com');
    const attributes = 'Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure';
    expect(cookies.forSession('id', 60_000)).toBe(`__Host-rollcall_session=id; ${attributes}`);
    expect(cookies.sessionIn('rollcall_session=planted')).toBeUndefined();
    expect(cookies.sessionIn('a=b; __Host-rollcall_session=id')).toBe('id');
  });

  it('count only if there is one of them', () => {
    const { sessionIn } = cookiesAt('http://localhost');
    expect(sessionIn('rollcall_session=a; rollcall_session=b')).toBeUndefined();
    expect(sessionIn('rollcall_session=')).toBeUndefined();
    expect(sessionIn(undefined)).toBeUndefined();
  });

  it('keep an attempt, and refuse another content', () => {
    const { attemptIn, forAttempt } = cookiesAt('http://localhost');
    const kept = forAttempt(ATTEMPT).split(';')[0];
    expect(attemptIn(kept)).toEqual(ATTEMPT);
    const other = Buffer.from(JSON.stringify({ ...ATTEMPT, place: 7 })).toString('base64url');
    for (const value of ['%', 'e30', other]) expect(attemptIn(`rollcall_sign_in=${value}`)).toBeUndefined();
  });
});
