/** One line a request: the route's pattern, never the path or the query, which may hold names of people. */
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * fastify's onResponse hook. Probes are asked every few seconds, so they are logged at debug. `caller`, not `token`: the
 * log hides what stands under a name that sounds like a secret.
 */
export async function logRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { url, config } = request.routeOptions;
  const level = config.access === 'probe' && reply.statusCode < 400 ? 'debug' : 'info';
  request.log[level](
    {
      method: request.method,
      route: url ?? '(none)',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      caller: request.caller?.name,
    },
    'request',
  );
}
