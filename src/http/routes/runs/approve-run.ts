/** `POST /api/runs/{id}/approve`: allows the changes that a run holds. */
import { z } from 'zod';
import type { App, HttpDependencies } from '../../ports/http.ts';
import { route } from '../../protocol/route.ts';
import { decidedGroups, digest, reason, runPath } from '../../schemas/inputs.ts';
import { approvedRun, approveFor } from './decide-run.ts';
import { knownRun } from './show-run.ts';

export function addApproveRun(app: App, deps: HttpDependencies): void {
  app.post(
    '/api/runs/:id/approve',
    route('admin', {
      operationId: 'approveRun',
      summary: 'Approve a held run, or some groups of it',
      tags: ['runs'],
      problems: ['unknown_run', 'plan_changed'],
      params: runPath,
      body: z.strictObject({ reason, digest, groups: decidedGroups }),
      response: { 202: approvedRun },
    }),
    async (request, reply) => {
      const { id } = await knownRun(deps, request.params.id);
      const queued = await approveFor(request, deps, id, request.body);
      return reply.code(202).header('location', `/api/runs/${queued.id}`).send(queued);
    },
  );
}
