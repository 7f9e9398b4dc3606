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
  }
  interface FastifyRequest {
    /** null: no token, or (probes only) a wrong one. */
    caller: Caller | null;
  }
}

const SCHEME = /^bearer +([^\s]+) *$/i;

/**
 * Finds the configured token behind an Authorization header. Digests are compared in constant time, and always with
 * every token, so the time taken says nothing about how near a guess was.
 */
function callerFinder(tokens: readonly TokenSettings[]): (authorization: string) => Caller | null {
  const known = tokens.map(({ name, role, secret }) => ({ caller: { name, role }, digest: sha256(secret) }));
  return authorization => {
    const digest = sha256(SCHEME.exec(authorization)?.[1] ?? '');
    const matches = known.filter(token => timingSafeEqual(token.digest, digest));
    return matches[0]?.caller ?? null;
  };
}

/** The hook that sets `request.caller` and refuses whoever may not use the route, before a body is read. */
export function authorise(tokens: readonly TokenSettings[]): (request: FastifyRequest) => Promise<void> {
  const find = callerFinder(tokens);
  return async request => {
    const { authorization } = request.headers;
    request.caller = authorization === undefined ? null : find(authorization);
    const access = request.is404 ? 'probe' : request.routeOptions.config.access;
    if (access === 'probe') return;
    if (tokens.length === 0) throw noTokens();
    if (authorization !== undefined && request.caller === null) throw wrongToken();
    if (access === 'public') return;
    if (request.caller === null) throw missingToken();
    if (access !== 'viewer' && request.caller.role !== 'admin') throw adminRequired();
  };
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

function missingToken(): Problem {
  const detail =
    'Send a token from http.tokens of the configuration: "Authorization: Bearer SECRET". Role viewer reads, admin acts.';
  return new Problem('token_required', detail, {}, { 'www-authenticate': 'Bearer realm="rollcall"' });
}

function wrongToken(): Problem {
  const challenge = 'Bearer realm="rollcall", error="invalid_token"';
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
