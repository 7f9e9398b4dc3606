/** Logs one line per request: the pattern of the route, never the path or query, which may contain personal data. */
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * The onResponse hook of fastify. Logs successful probes at debug, because they are frequent. Uses the key `caller`,
 * because the log masks values under the key `token`.
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
