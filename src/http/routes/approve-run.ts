import { z } from 'zod';
import { callerOf } from '../auth.ts';
import type { App, HttpDeps } from '../deps.ts';
import { decidedGroups, digest, reason, runPath } from '../schemas/inputs.ts';
import { run } from '../schemas/run.ts';
import { knownRun } from './show-run.ts';

const accepted = run.meta({
  description: 'The run, queued, that reads again and applies what was approved and is still true.',
  headers: { location: { type: 'string', description: 'Where to follow that run.' } },
});

/** `POST /api/runs/{id}/approve`: allow what a held run holds. */
export function addApproveRun(app: App, deps: HttpDeps): void {
  app.post(
    '/api/runs/:id/approve',
    {
      config: { access: 'admin', problems: ['unknown_run', 'plan_changed', 'unavailable'] },
      schema: {
        operationId: 'approveRun',
        summary: 'Approve what a run holds, or some groups of it',
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
