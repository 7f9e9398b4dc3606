import { collectDefaultMetrics, Registry } from 'prom-client';
import { z } from 'zod';
import type { App, HttpDeps } from '../deps.ts';
import { statusMetrics } from '../metrics.ts';

const exposition = z.string().meta({ description: 'Prometheus text exposition, names rollcall_*.' });

/** `GET /metrics`: computed when scraped. Without PostgreSQL the metrics of the process are still there. */
export function addMetrics(app: App, deps: HttpDeps): void {
  const runtime = new Registry();
  collectDefaultMetrics({ register: runtime, prefix: 'rollcall_' });
  app.get(
    '/metrics',
    {
      config: { access: 'probe' },
      schema: {
        operationId: 'metrics',
        summary: 'Prometheus metrics',
        tags: ['probes'],
        produces: ['text/plain'],
        response: { 200: exposition },
      },
    },
    async (request, reply) => {
      const status = await deps.status().catch((error: unknown) => {
        request.log.warn({ err: error }, 'metrics without status: it could not be read');
        return undefined;
      });
      const text = (await statusMetrics(status, deps.now())) + (await runtime.metrics());
      return reply.type(runtime.contentType).send(text);
    },
  );
}
