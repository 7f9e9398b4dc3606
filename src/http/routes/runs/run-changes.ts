/** `GET /api/runs/{id}/changes`: the changes of a run. The cursor is the next row of the plan. */
import { z } from 'zod';
import type { App, HttpDependencies } from '../../ports/http.ts';
import { route } from '../../protocol/route.ts';
import { page, runPath, text, yesOrNo } from '../../schemas/inputs.ts';
import { runChangePage } from '../../schemas/run-change.ts';
import { knownRun } from './show-run.ts';

const query = z.strictObject({
  ...page,
  search: text(200).optional().meta({ description: 'Part of the current or previous TEAM/NAME to search.' }),
  held: yesOrNo.meta({ description: 'Only groups that the run holds.' }),
});

export function addRunChanges(app: App, deps: HttpDependencies): void {
  app.get(
    '/api/runs/:id/changes',
    route('viewer', {
      operationId: 'listRunChanges',
      summary: 'List the changes of a run',
      tags: ['runs'],
      problems: ['unknown_run'],
      params: runPath,
      querystring: query,
      response: { 200: runChangePage },
    }),
    async request => {
      const { limit, cursor = 0, search, held } = request.query;
      const run = await knownRun(deps, request.params.id);
      const { items, next } = await deps.audit.runChanges(run.id, {
        limit,
        after: [cursor - 1],
        search,
        held,
      });
      const nextCursor = next && String(next[0] + 1);
      return { items, next: nextCursor ?? null, changes: items, nextCursor };
    },
  );
}
