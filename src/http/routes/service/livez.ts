/** `GET /livez`: uses no other service, so that an outage of the database does not restart the process. */
import { z } from 'zod';
import type { App } from '../../ports/http.ts';

const alive = z.object({ status: z.literal('alive') }).meta({ description: 'The process answers.' });

export function addLivez(app: App): void {
  app.get(
    '/livez',
    {
      config: { access: 'probe' },
      schema: { operationId: 'livez', summary: 'Liveness', tags: ['probes'], response: { 200: alive } },
    },
    async () => ({ status: 'alive' as const }),
  );
}
