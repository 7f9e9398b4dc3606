import { z } from 'zod';
import type { App } from '../deps.ts';

const alive = z.object({ status: z.literal('alive') }).meta({ description: 'The process answers.' });

/** `GET /livez`: touches nothing behind the process, so that a dead database does not get it restarted. */
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
