/** The user of a session cookie. */
import type { FastifyRequest } from 'fastify';
import type { HttpDependencies } from '../ports/http.ts';
import type { SessionFinder } from '../protocol/auth.ts';
import { cookiesAt } from './cookies.ts';
import { mistakeOf, roleOf } from './user.ts';

type Dependencies = Pick<HttpDependencies, 'oidc' | 'publicUrl' | 'sessions' | 'tokens'>;

/** Probes and the files of the console are answered without the database, where the sessions are. */
function needsUser({ is404, routeOptions: { config } }: FastifyRequest): boolean {
  return !is404 && config.access !== 'probe' && config.servesRefused !== true;
}

/** Returns the function that finds the user of a request. It throws UnavailableError if the database does not answer. */
export function sessionFinder({ oidc, publicUrl, sessions, tokens }: Dependencies): SessionFinder {
  return async (request, renew) => {
    const [settings, url] = [oidc(), publicUrl()];
    if (settings === undefined || url === undefined || !needsUser(request)) return null;
    const id = cookiesAt(url).sessionIn(request.headers.cookie);
    const session = id === undefined ? undefined : await sessions.find(id, renew);
    if (session === undefined) return null;
    const { name, groups } = session;
    // The configuration may have changed since the sign-in. The next one says what is wrong.
    const role = roleOf(groups, settings.roles);
    if (role === undefined || mistakeOf(name, tokens()) !== undefined) return null;
    return { name, role, signIn: 'oidc' };
  };
}
