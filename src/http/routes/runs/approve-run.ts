import { z } from 'zod';
import type { App, HttpDeps } from '../../ports/http.ts';
import { callerOf } from '../../protocol/auth.ts';
import { decidedGroups, digest, reason, runPath } from '../../schemas/inputs.ts';
import { run } from '../../schemas/run.ts';
import { knownRun } from './show-run.ts';

const accepted = run.meta({
  description: 'The queued run that reads again and applies the approved changes that are still true.',
  headers: { location: { type: 'string', description: 'The URL of the run.' } },
});

/** `POST /api/runs/{id}/approve`: allows the changes that a run holds. */
export function addApproveRun(app: App, deps: HttpDeps): void {
  app.post(
    '/api/runs/:id/approve',
    {
      config: { access: 'admin', problems: ['unknown_run', 'plan_changed', 'unavailable'] },
      schema: {
        operationId: 'approveRun',
        summary: 'Approve a held run, or some groups of it',
        tags: ['runs'],
        params: runPath,
        body: z.strictObject({ reason, digest, groups: decidedGroups }),
        response: { 202: accepted },
      },
    },
    async (request, reply) => {
      const { id } = await knownRun(deps, request.params.id);
      const by = callerOf(request).name;
      const queued = await deps.approveRun(id, { ...request.body, by });
      request.log.info({ run: queued.id, approves: id, caller: by }, 'held run approved');
      return reply.code(202).header('location', `/api/runs/${queued.id}`).send(queued);
    },
  );
}
