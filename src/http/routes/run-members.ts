import { z } from 'zod';
import type { App, HttpDeps } from '../deps.ts';
import { runMemberPage } from '../schemas/audit.ts';
import { pageLimit, runPath, stored, text } from '../schemas/inputs.ts';
import { answerPage, cursor } from '../schemas/inputs-access.ts';
import { knownRun } from './show-run.ts';

const query = z.strictObject({
  limit: pageLimit,
  cursor: cursor(z.tuple([stored, stored, text(150), stored])),
  held: z.literal('true').optional().meta({ description: 'Only those whose removal waits.' }),
  search: text(200).optional().meta({ description: 'Part of a username or of TEAM/NAME.' }),
});

/** `GET /api/runs/{id}/members`: whom a run added and removed, and whose removal waits. */
export function addRunMembers(app: App, deps: HttpDeps): void {
  app.get(
    '/api/runs/:id/members',
    {
      config: { access: 'viewer', problems: ['unknown_run', 'unavailable'] },
      schema: {
        operationId: 'listRunMembers',
        summary: 'Whom a run added and removed, and whose removal waits',
        tags: ['runs'],
        params: runPath,
        querystring: query,
        response: { 200: runMemberPage },
      },
    },
    async request => {
      const { limit, cursor: after, search, held } = request.query;
      const run = await knownRun(deps, request.params.id);
      return answerPage(await deps.audit.runMembers(run.id, { limit, after, search, held: held === 'true' }));
    },
  );
}
