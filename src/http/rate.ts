/** How often one caller may ask, so that a script gone wild does not take the service from the others. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Not counted for those with a token: an answer that goes on for as long as somebody watches. */
    unlimited?: boolean;
  }
}

const MINUTE_MS = 60_000;
/** Callers that are remembered; the one who was longest silent is forgotten first. */
const REMEMBERED = 10_000;

/**
 * The hook that refuses whoever asked too often in the last minute, 429 with Retry-After. Counted per token and address in
 * the memory of this process, and also where the token is wrong: guessing is asking. 0: no limit.
 */
export function limitRate(
  app: FastifyInstance,
  requestsPerMinute: number,
): (request: FastifyRequest) => Promise<void> {
  const take = app.createRateLimit({
    max: requestsPerMinute,
    timeWindow: MINUTE_MS,
    keyGenerator: request => `${request.caller?.name ?? ''}@${request.ip}`,
  });
  return async request => {
    if (requestsPerMinute === 0 || !isCounted(request)) return;
    const taken = await take(request);
    if (taken.isAllowed || !taken.isExceeded) return;
    const detail = `More than ${requestsPerMinute} requests in a minute (http.requestsPerMinute). Wait before you ask again.`;
    throw new Problem('too_many_requests', detail, {}, { 'retry-after': String(taken.ttlInSeconds) });
  };
}

/** Options for @fastify/rate-limit: nothing is limited but by the hook. */
export const RATE_OPTIONS = { global: false, cache: REMEMBERED };

/** What costs a query, or is a guess. Probes and the files of the console are neither. */
function isCounted({ is404, headers, caller, routeOptions: { url = '', config } }: FastifyRequest): boolean {
  if (config.access === 'probe' && !is404) return false;
  if (config.unlimited === true && caller !== null) return false;
  return is404 || headers.authorization !== undefined || url.startsWith('/api/');
}
