/** Who is asking, and whether they may: bearer tokens by role (RFC 6750). */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { TokenSettings } from '../settings.ts';
import { Problem } from './problems.ts';

/**
 * Who may use a route. `probe`: anybody, even where no token is configured, and a wrong token does not matter.
 * `public`: anybody, but a token widens the answer, so a wrong one is refused. `viewer` reads, `admin` acts.
 */
export type Access = 'probe' | 'public' | 'viewer' | 'admin';

/** A configured token that was presented, without its secret. */
export type Caller = Pick<TokenSettings, 'name' | 'role'>;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** Pages that a browser opens by itself: a person is asked for the token as the password of Basic (RFC 7617). */
    asksForPassword?: boolean;
  }
  interface FastifyRequest {
    /** null: no token, or (probes only) a wrong one. */
    caller: Caller | null;
  }
}

const BEARER = /^bearer +([^\s]+) *$/i;
const BASIC = /^basic +([^\s]+) *$/i;
/** The name does not matter: the secret says who it is. */
const PASSWORD = 'Basic realm="rollcall", charset="UTF-8"';

/**
 * Finds the configured token behind an Authorization header. Digests are compared in constant time, and always with
 * every token, so the time taken says nothing about how near a guess was.
 */
function callerFinder(tokens: readonly TokenSettings[]): (secret: string) => Caller | null {
  const known = tokens.map(({ name, role, secret }) => ({ caller: { name, role }, digest: sha256(secret) }));
  return secret => {
    const digest = sha256(secret);
    const matches = known.filter(token => timingSafeEqual(token.digest, digest));
    return matches[0]?.caller ?? null;
  };
}

/** The hook that sets `request.caller`. */
export function recognise(tokens: readonly TokenSettings[]): (request: FastifyRequest) => Promise<void> {
  const find = callerFinder(tokens);
  return async request => {
    const { authorization } = request.headers;
    const { asksForPassword } = request.routeOptions.config;
    request.caller = authorization === undefined ? null : find(secretOf(authorization, asksForPassword));
  };
}

/** The hook that refuses whoever may not use the route, before a body is read. Comes after `recognise`. */
export function authorise(tokens: readonly TokenSettings[]): (request: FastifyRequest) => Promise<void> {
  return async request => {
    const { access: wanted, asksForPassword } = request.routeOptions.config;
    const access = request.is404 ? 'probe' : wanted;
    if (access === 'probe') return;
    if (tokens.length === 0) throw noTokens();
    if (request.headers.authorization !== undefined && request.caller === null)
      throw wrongToken(asksForPassword);
    if (access === 'public') return;
    if (request.caller === null) throw missingToken(asksForPassword);
    if (access !== 'viewer' && request.caller.role !== 'admin') throw adminRequired();
  };
}

function secretOf(authorization: string, asksForPassword = false): string {
  const bearer = BEARER.exec(authorization)?.[1];
  if (bearer !== undefined || !asksForPassword) return bearer ?? '';
  const pair = Buffer.from(BASIC.exec(authorization)?.[1] ?? '', 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}

/** Who is asking, on a route that only a viewer or an admin gets to. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('A route without access control asked who is calling.');
  return request.caller;
}

/** What everything but the probes answers while the configuration holds no token. */
export function noTokens(): Problem {
  return new Problem(
    'tokens_not_configured',
    'Only /livez, /readyz and /metrics are served, because the configuration has no HTTP token. ' +
      'Add one under http.tokens (name, role viewer or admin, secret or secretFile) and restart.',
  );
}

function missingToken(asksForPassword = false): Problem {
  const detail =
    'Send a token from http.tokens of the configuration: "Authorization: Bearer SECRET". Role viewer reads, admin acts.';
  const challenge = asksForPassword ? PASSWORD : 'Bearer realm="rollcall"';
  return new Problem('token_required', detail, {}, { 'www-authenticate': challenge });
}

function wrongToken(asksForPassword = false): Problem {
  const challenge = asksForPassword ? PASSWORD : 'Bearer realm="rollcall", error="invalid_token"';
  const detail = 'The Authorization header holds no token of http.tokens in the configuration.';
  return new Problem('invalid_token', detail, {}, { 'www-authenticate': challenge });
}

function adminRequired(): Problem {
  const challenge = 'Bearer realm="rollcall", error="insufficient_scope"';
  const detail = 'This token has the role viewer, which only reads. Use a token with the role admin.';
  return new Problem('admin_required', detail, {}, { 'www-authenticate': challenge });
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
