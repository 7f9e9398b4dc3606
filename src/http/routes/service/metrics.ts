/**
 * `GET /metrics`: computed on every scrape. Without PostgreSQL, it shows the last status that this process read, so that no
 * series disappears and every age continues to grow.
 */
import { collectDefaultMetrics, Registry } from 'prom-client';
import { z } from 'zod';
import type { Status } from '../../../model/status/status.ts';
import type { App, ProbeDependencies } from '../../ports/http.ts';
import { statusMetrics } from './status-metrics.ts';

const exposition = z.string().meta({ description: 'Prometheus text exposition, names rollcall_*.' });

export function addMetrics(app: App, deps: ProbeDependencies): void {
  const runtime = new Registry();
  collectDefaultMetrics({ register: runtime, prefix: 'rollcall_' });
  let last: Status | undefined;
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
      const current = await deps.status().catch((error: unknown) => {
        request.log.warn({ err: error }, 'the status could not be read; the metrics show the last one');
        return undefined;
      });
      last = current ?? last;
      const available = current !== undefined;
      const text = (await statusMetrics(last, deps.now(), available)) + (await runtime.metrics());
      return reply.type(runtime.contentType).send(text);
    },
  );
}
