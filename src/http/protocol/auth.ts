/** Authentication and authorisation by bearer tokens with roles (RFC 6750). */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { TokenSettings } from '../../model/settings.ts';
import { Problem } from './problems.ts';

/**
 * The access to a route. `probe`: open to all callers, even if no token is configured; an invalid token is ignored.
 * `public`: open to all callers, but a token extends the response, so an invalid one is refused. `viewer`: requires any
 * token. `admin`: requires a token with the role admin.
 */
export type Access = 'probe' | 'public' | 'viewer' | 'admin';

/** The configured token of a request, without its secret. */
export type Caller = Pick<TokenSettings, 'name' | 'role'>;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** True for pages that a browser opens directly: the browser asks for the token as a Basic password (RFC 7617). */
    asksForPassword?: boolean;
  }
  interface FastifyRequest {
    /** null: no token or, for probes, an invalid one. */
    caller: Caller | null;
  }
}

const BEARER = /^bearer +([^\s]+) *$/i;
const BASIC = /^basic +([^\s]+) *$/i;
/** Any username is accepted: the secret identifies the token. */
const PASSWORD = 'Basic realm="rollcall", charset="UTF-8"';

/**
 * Returns a function that finds the token with a secret. It compares digests in constant time and always with every
 * token, so that the duration reveals nothing about a guess.
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
export function identifyCaller(
  tokensNow: () => readonly TokenSettings[],
): (request: FastifyRequest) => Promise<void> {
  let tokens = tokensNow();
  let find = callerFinder(tokens);
  return async request => {
    if (tokens !== tokensNow()) {
      tokens = tokensNow();
      find = callerFinder(tokens);
    }
    const { authorization } = request.headers;
    const { asksForPassword } = request.routeOptions.config;
    request.caller = authorization === undefined ? null : find(secretOf(authorization, asksForPassword));
  };
}

/** The hook that refuses unauthorised callers before the body is read. Must run after `identifyCaller`. */
export function requireAccess(
  tokensNow: () => readonly TokenSettings[],
): (request: FastifyRequest) => Promise<void> {
  return async request => {
    const { access: wanted, asksForPassword } = request.routeOptions.config;
    const access = request.is404 ? 'probe' : wanted;
    if (access === 'probe') return;
    if (tokensNow().length === 0) throw noTokens();
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

/** The caller of a route that requires a token. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('A route without access control asked for its caller.');
  return request.caller;
}

/** The answer of all routes except probes if no token is configured. */
export function noTokens(): Problem {
  return new Problem(
    'tokens_not_configured',
    'Only /livez, /readyz and /metrics are served, because the configuration has no HTTP token. ' +
      'Add one under http.tokens (name, role viewer or admin, secret or secretFile) and reload the configuration (SIGHUP).',
  );
}

function missingToken(asksForPassword = false): Problem {
  const detail =
    'Send a token from http.tokens of the configuration: "Authorization: Bearer SECRET". The role viewer can read, the role admin can make changes.';
  const challenge = asksForPassword ? PASSWORD : 'Bearer realm="rollcall"';
  return new Problem('token_required', detail, {}, { 'www-authenticate': challenge });
}

function wrongToken(asksForPassword = false): Problem {
  const challenge = asksForPassword ? PASSWORD : 'Bearer realm="rollcall", error="invalid_token"';
  const detail = 'The token in the Authorization header is not configured under http.tokens.';
  return new Problem('invalid_token', detail, {}, { 'www-authenticate': challenge });
}

function adminRequired(): Problem {
  const challenge = 'Bearer realm="rollcall", error="insufficient_scope"';
  const detail = 'This token has the role viewer, which can only read. Use a token with the role admin.';
  return new Problem('admin_required', detail, {}, { 'www-authenticate': challenge });
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
