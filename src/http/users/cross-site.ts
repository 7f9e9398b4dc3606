/**
 * Protection against cross-site requests. A browser adds a session and a Basic password to every request, also to
 * those that a page of another site causes. Scripts add a bearer token themselves, so their requests need no check.
 */
import type { FastifyRequest } from 'fastify';
import { Problem } from '../protocol/problems.ts';

/** The hook that refuses requests of other sites. `publicUrl`: the address of the console, if the proxy changes Host. */
export function refuseOtherSites(
  publicUrl: () => string | undefined,
): (request: FastifyRequest) => Promise<void> {
  return async request => {
    if (isAddedByBrowser(request)) requireSameSite(request, publicUrl());
  };
}

/** Throws the problem `cross_site_request` unless the request comes from the console. */
export function requireSameSite(request: FastifyRequest, publicUrl: string | undefined): void {
  const publicHost = URL.parse(publicUrl ?? '')?.host;
  const known = [request.headers.host, publicHost].filter(host => host !== undefined);
  if (isSameSite(request, known)) return;
  const detail =
    'The browser sent this request for a page of another site, or did not name the site. Use the console, or a token from http.tokens.';
  throw new Problem('cross_site_request', detail);
}

function isAddedByBrowser({ caller, headers }: FastifyRequest): boolean {
  if (caller === null) return false;
  return caller.signIn !== 'token' || !/^bearer /i.test(headers.authorization ?? '');
}

/**
 * Whether the headers that no page can set (Fetch Metadata, Origin) name this site. A read needs no proof, because a page of
 * another site cannot see the answer, and a link from another site may open any page.
 */
function isSameSite({ method, headers }: FastifyRequest, hosts: readonly string[]): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, origin } = headers;
  if (site !== undefined) {
    return site === 'same-origin' || (isRead && (site === 'none' || mode === 'navigate'));
  }
  if (origin !== undefined) return hosts.some(host => host === URL.parse(origin)?.host);
  return isRead;
}
