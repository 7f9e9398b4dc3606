/** `POST /api/runs/{id}/reject`: closes a held run, or some groups of it, without applying the held changes. */
import { z } from 'zod';
import type { App, HttpDependencies } from '../../ports/http.ts';
import { route } from '../../protocol/route.ts';
import { decidedGroups, digest, reason, runPath } from '../../schemas/inputs.ts';
import { run } from '../../schemas/run.ts';
import { rejectFor } from './decide-run.ts';
import { knownRun } from './show-run.ts';

export function addRejectRun(app: App, deps: HttpDependencies): void {
  app.post(
    '/api/runs/:id/reject',
    route('admin', {
      operationId: 'rejectRun',
      summary: 'Reject a held run, or some groups of it',
      tags: ['runs'],
      problems: ['unknown_run', 'plan_changed'],
      params: runPath,
      body: z.strictObject({ reason, digest: digest.optional(), groups: decidedGroups }),
      response: { 200: run },
    }),
    async request => {
      const { id } = await knownRun(deps, request.params.id);
      return rejectFor(request, deps, id, request.body);
    },
  );
}
