/** `GET /metrics`: computed on every scrape. Without PostgreSQL, it still contains the metrics of the process. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import { z } from 'zod';
import type { App, HttpDeps } from '../../ports/http.ts';
import { statusMetrics } from './status-metrics.ts';

const exposition = z.string().meta({ description: 'Prometheus text exposition, names rollcall_*.' });

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
        request.log.warn({ err: error }, 'the status could not be read; the metrics omit it');
        return undefined;
      });
      const text = (await statusMetrics(status, deps.now())) + (await runtime.metrics());
      return reply.type(runtime.contentType).send(text);
    },
  );
}
