/** `GET /api/runs`: all runs, newest first. The cursor is the id of the last run of a page. */
import { z } from 'zod';
import type { App, HttpDeps } from '../../ports/http.ts';
import { route } from '../../protocol/route.ts';
import { page, text } from '../../schemas/inputs.ts';
import { runPage } from '../../schemas/run.ts';

const query = z.strictObject({
  directory: text(200).optional().meta({ description: 'Only runs of this directory.' }),
  ...page,
});

export function addListRuns(app: App, deps: HttpDeps): void {
  app.get(
    '/api/runs',
    route('viewer', {
      operationId: 'listRuns',
      summary: 'List runs',
      tags: ['runs'],
      querystring: query,
      response: { 200: runPage },
    }),
    async request => {
      const { directory, limit, cursor } = request.query;
      const found = await deps.listRuns({
        limit: limit + 1,
        ...(directory === undefined ? {} : { directory }),
        ...(cursor === undefined ? {} : { before: cursor }),
      });
      const runs = found.slice(0, limit);
      const last = runs.at(-1);
      return { runs, nextCursor: found.length > limit && last ? String(last.id) : undefined };
    },
  );
}
