/** `GET /api/runs`: all runs, newest first. The cursor is the id of the last run of a page. */
import { z } from 'zod';
import type { App, HttpDependencies } from '../../ports/http.ts';
import { route } from '../../protocol/route.ts';
import { page, text } from '../../schemas/inputs.ts';
import { runPage, runStatus } from '../../schemas/run.ts';

const query = z.strictObject({
  directory: text(200).optional().meta({ description: 'Only runs of this directory.' }),
  status: runStatus.optional().meta({ description: 'Only runs with this status.' }),
  ...page,
});

export function addListRuns(app: App, deps: HttpDependencies): void {
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
      const { directory, status, limit, cursor } = request.query;
      const found = await deps.listRuns({
        limit: limit + 1,
        ...(directory === undefined ? {} : { directory }),
        ...(status === undefined ? {} : { status }),
        ...(cursor === undefined ? {} : { before: cursor }),
      });
      const runs = found.slice(0, limit);
      const last = runs.at(-1);
      const next = found.length > limit && last ? String(last.id) : null;
      return { items: runs, next, runs, nextCursor: next ?? undefined };
    },
  );
}
