/** `POST /api/runs/{id}/approve`: allows the changes that a run holds. */
import { z } from 'zod';
import type { App, HttpDependencies } from '../../ports/http.ts';
import { callerOf } from '../../protocol/auth.ts';
import { route } from '../../protocol/route.ts';
import { decidedGroups, digest, reason, runPath } from '../../schemas/inputs.ts';
import { runWithLocation } from '../../schemas/run.ts';
import { knownRun } from './show-run.ts';

const accepted = runWithLocation(
  'The queued run that reads again and applies the approved changes that are still true.',
);

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
      response: { 202: accepted },
    }),
    async (request, reply) => {
      const { id } = await knownRun(deps, request.params.id);
      const by = callerOf(request).name;
      const queued = await deps.approveRun(id, { ...request.body, by });
      request.log.info({ run: queued.id, approves: id, caller: by }, 'held run approved');
      return reply.code(202).header('location', `/api/runs/${queued.id}`).send(queued);
    },
  );
}
