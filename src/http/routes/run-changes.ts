import { z } from 'zod';
import type { App, HttpDeps } from '../deps.ts';
import { page, runPath } from '../schemas/inputs.ts';
import { runChangePage } from '../schemas/run-change.ts';
import { knownRun } from './show-run.ts';

const query = z.strictObject(page);

/** `GET /api/runs/{id}/changes`: what a run changed or would change. The cursor is the number of shown ones. */
export function addRunChanges(app: App, deps: HttpDeps): void {
  app.get(
    '/api/runs/:id/changes',
    {
      config: { access: 'viewer', problems: ['unknown_run', 'unavailable'] },
      schema: {
        operationId: 'listRunChanges',
        summary: 'What a run changed, or would change',
        tags: ['runs'],
        params: runPath,
        querystring: query,
        response: { 200: runChangePage },
      },
    },
    async request => {
      const { limit, cursor: start = 0 } = request.query;
      const run = await knownRun(deps, request.params.id);
      const all = await deps.runGroups(run.id);
      const end = start + limit;
      return { changes: all.slice(start, end), nextCursor: end < all.length ? String(end) : undefined };
    },
  );
}
