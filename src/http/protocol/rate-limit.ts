/** Limits the request rate of each caller, so that one script cannot overload the service. */
import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for long-lived streams: requests of signed-in callers do not count towards the limit. */
    unlimited?: boolean;
  }
}

const MINUTE_MS = 60_000;
/** Maximum number of callers in the cache (least recently used first out). */
const REMEMBERED = 10_000;

/**
 * Creates the hook that answers 429 with Retry-After after too many requests in a minute. 0: no limit. Counts per token and
 * address, or per signed-in user, in the memory of this process. The addresses of an IPv6 /64 count as one, because a single host can use all of
 * them. Requests with an invalid token count too, to limit guessing.
 */
export function limitRate(
  app: FastifyInstance,
  requestsPerMinute: () => number,
): (request: FastifyRequest) => Promise<void> {
  const take = app.createRateLimit({
    max: () => requestsPerMinute(),
    timeWindow: MINUTE_MS,
    keyGenerator: keyOf,
  });
  return async request => {
    const limit = requestsPerMinute();
    if (limit === 0 || !isCounted(request)) return;
    const taken = await take(request);
    if (taken.isAllowed || !taken.isExceeded) return;
    const detail = `More than ${limit} requests in a minute (http.requestsPerMinute). Retry after the time in Retry-After.`;
    throw new Problem('too_many_requests', detail, {}, { 'retry-after': String(taken.ttlInSeconds) });
  };
}

/** Users of the proxy all have its address. Callers who are not signed in there are one caller: any client can send X-Forwarded-For. */
function keyOf({ caller, ip }: FastifyRequest): string {
  const isUser = caller !== null && caller.signIn !== 'token';
  return isUser ? `user ${caller.name}` : `${caller?.name ?? ''}@${normalizeIP(ip)}`;
}

/** Options for @fastify/rate-limit. Only the hook above limits requests. */
export const RATE_OPTIONS = { global: false, cache: REMEMBERED };

/** Counts requests that cost a query or may guess a token; not probes and files of the console. */
function isCounted({ is404, headers, caller, routeOptions: { url = '', config } }: FastifyRequest): boolean {
  if (config.access === 'probe' && !is404) return false;
  if (config.unlimited === true && caller !== null) return false;
  return is404 || headers.authorization !== undefined || /^\/(api|auth)\//.test(url);
}
