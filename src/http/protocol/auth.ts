/** Authentication by bearer tokens (RFC 6750), a trusted proxy or a session, and authorisation by roles. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { TokenSettings } from '../../model/sign-in/settings.ts';
import { Problem } from './problems.ts';

/**
 * The access to a route. `probe`: open to all callers, even if no token is configured; an invalid token is ignored.
 * `public`: open to all callers, but a token extends the response, so an invalid one is refused. `viewer`: requires any
 * role. `admin`: requires the role admin.
 */
export type Access = 'probe' | 'public' | 'viewer' | 'admin';

/** The sender of a request: a configured token, without its secret, or a user of the trusted proxy or of the OpenID provider. */
export interface Caller extends Pick<TokenSettings, 'name' | 'role'> {
  readonly signIn: 'token' | 'proxy' | 'oidc';
}

/**
 * Finds the user of a session cookie: null without an open session, or if the user can no longer sign in. `renew`: the request
 * counts as a use of the session.
 */
export type SessionFinder = (request: FastifyRequest, renew: boolean) => Promise<Caller | null>;

/** The configured ways to sign in. */
export interface SignIn {
  readonly tokens: () => readonly TokenSettings[];
  /** Whether users can sign in without a token. */
  readonly hasUsers: () => boolean;
  readonly findUser: (request: FastifyRequest) => Promise<Caller | Problem | null>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** True for pages that a browser opens directly: the browser asks for the token as a Basic password (RFC 7617). */
    asksForPassword?: boolean;
    /** True for the files of the console, which explain to a user of the proxy why the API refuses the user. */
    servesRefused?: boolean;
  }
  interface FastifyRequest {
    /** null: no token or user or, for probes, an invalid one. */
    caller: Caller | null;
    /** Why the user of the proxy cannot sign in. */
    refusal: Problem | null;
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
  const known = tokens.map(({ name, role, secret }) => {
    const caller: Caller = { name, role, signIn: 'token' };
    return { caller, digest: sha256(secret) };
  });
  return secret => {
    const digest = sha256(secret);
    const matches = known.filter(token => timingSafeEqual(token.digest, digest));
    return matches[0]?.caller ?? null;
  };
}

/** The hook that sets `request.caller`. A token precedes the user of the proxy or the session, because the client chose to send it. */
export function identifyCaller({
  tokens: tokensNow,
  findUser,
}: SignIn): (request: FastifyRequest) => Promise<void> {
  let tokens = tokensNow();
  let find = callerFinder(tokens);
  return async request => {
    if (tokens !== tokensNow()) {
      tokens = tokensNow();
      find = callerFinder(tokens);
    }
    const { authorization } = request.headers;
    const { asksForPassword } = request.routeOptions.config;
    if (authorization !== undefined) {
      request.caller = find(secretOf(authorization, asksForPassword));
      return;
    }
    const user = await findUser(request);
    if (user instanceof Problem) request.refusal = user;
    else request.caller = user;
  };
}

/** The hook that refuses unauthorised callers before the body is read. Must run after `identifyCaller`. */
export function requireAccess(signIn: SignIn): (request: FastifyRequest) => Promise<void> {
  return async request => {
    const { access: wanted, asksForPassword, servesRefused } = request.routeOptions.config;
    const access = request.is404 ? 'probe' : wanted;
    if (access === 'probe') return;
    if (!canSignIn(signIn)) throw noTokens();
    if (request.headers.authorization !== undefined && request.caller === null)
      throw wrongToken(asksForPassword);
    if (request.refusal !== null && servesRefused !== true) throw request.refusal;
    if (access === 'public') return;
    if (request.caller === null) throw missingToken(asksForPassword);
    if (access !== 'viewer' && request.caller.role !== 'admin') throw adminRequired(request.caller);
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

/** Whether any caller can sign in. */
export function canSignIn({ tokens, hasUsers }: SignIn): boolean {
  return tokens().length > 0 || hasUsers();
}

/** The answer of all routes except probes if no caller can sign in. */
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
  const detail =
    'The token in the Authorization header is not configured under http.tokens. A trusted proxy must not send this header.';
  return new Problem('invalid_token', detail, {}, { 'www-authenticate': challenge });
}

function adminRequired({ signIn }: Caller): Problem {
  if (signIn !== 'token') {
    return new Problem('admin_required', 'Your groups give you the role viewer, which can only read.');
  }
  const challenge = 'Bearer realm="rollcall", error="insufficient_scope"';
  const detail = 'This token has the role viewer, which can only read. Use a token with the role admin.';
  return new Problem('admin_required', detail, {}, { 'www-authenticate': challenge });
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
