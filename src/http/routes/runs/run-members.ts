/** `GET /api/runs/{id}/members`: the members that a run added, removed or holds. */
import { z } from 'zod';
import type { App, HttpDependencies } from '../../ports/http.ts';
import { route } from '../../protocol/route.ts';
import { runMemberPage } from '../../schemas/audit.ts';
import { id, pageLimit, runPath, stored, text, yesOrNo } from '../../schemas/inputs.ts';
import { answerPage, cursor } from '../../schemas/paging.ts';
import { knownRun } from './show-run.ts';

const query = z.strictObject({
  limit: pageLimit,
  cursor: cursor(z.tuple([stored, stored, text(150), stored])),
  held: yesOrNo.meta({ description: 'Only members whose removal is held.' }),
  group: id.optional().meta({ description: 'Only members of this AccessGroup.' }),
  search: text(200).optional().meta({ description: 'Part of a username or of TEAM/NAME to search.' }),
});

export function addRunMembers(app: App, deps: HttpDependencies): void {
  app.get(
    '/api/runs/:id/members',
    route('viewer', {
      operationId: 'listRunMembers',
      summary: 'List the members that a run added, removed or holds',
      tags: ['runs'],
      problems: ['unknown_run'],
      params: runPath,
      querystring: query,
      response: { 200: runMemberPage },
    }),
    async request => {
      const { limit, cursor: after, search, held, group } = request.query;
      const run = await knownRun(deps, request.params.id);
      return answerPage(await deps.audit.runMembers(run.id, { limit, after, search, held, group }));
    },
  );
}
