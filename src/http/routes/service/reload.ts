/** `POST /api/config/reload`: the process that answers reads its configuration again. */
import { z } from 'zod';
import type { App, HttpDependencies } from '../../ports/http.ts';
import { callerOf } from '../../protocol/auth.ts';
import { Problem } from '../../protocol/problems.ts';
import { route } from '../../protocol/route.ts';

const reloaded = z
  .object({
    changed: z.array(z.string()).readonly().meta({
      description: 'The keys that changed, never their values: `directories[corp].pageSize`.',
    }),
  })
  .meta({ description: 'The configuration is applied to the process that answers.' });

export function addReload(app: App, { reload }: Pick<HttpDependencies, 'reload'>): void {
  app.post(
    '/api/config/reload',
    route('admin', {
      operationId: 'reloadConfiguration',
      summary: 'Reload the configuration without a restart',
      tags: ['status'],
      problems: ['configuration_refused'],
      body: z.strictObject({}).nullish(),
      response: { 200: reloaded },
    }),
    async request => {
      const answer = await reload({ by: callerOf(request).name });
      if (answer.outcome === 'applied') return { changed: answer.changed };
      const detail = 'The configuration is refused: nothing has changed, and the settings of before apply.';
      throw new Problem('configuration_refused', detail, { problems: answer.problems });
    },
  );
}
