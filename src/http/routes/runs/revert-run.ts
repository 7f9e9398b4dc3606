/** `POST /api/runs/{id}/revert`: undoes the membership changes of a run in frozen and released groups. */
import { z } from 'zod';
import type { App, HttpDependencies } from '../../ports/http.ts';
import { callerOf } from '../../protocol/auth.ts';
import { route } from '../../protocol/route.ts';
import { reverting } from '../../schemas/audit.ts';
import { digest, reason, runPath } from '../../schemas/inputs.ts';
import { runWithLocation } from '../../schemas/run.ts';
import { knownRun } from './show-run.ts';

const body = z.strictObject({
  reason,
  preview: z.boolean().default(false).meta({ description: 'Only return a preview.' }),
  digest: digest.optional().meta({
    description:
      'The digest of a preview. If the changes differ from the preview, the answer is 409 plan_changed.',
  }),
});

const done = runWithLocation(
  'The run that reverted the other one. Its status is held if the guard holds removals.',
);

export function addRevertRun(app: App, deps: HttpDependencies): void {
  app.post(
    '/api/runs/:id/revert',
    route('admin', {
      operationId: 'revertRun',
      summary: 'Revert a run',
      description:
        'Answers 200 with a preview if the body asks for one, or if the run has no changes to revert.',
      tags: ['runs'],
      problems: ['unknown_run', 'plan_changed', 'precondition_failed', 'directory_not_configured'],
      params: runPath,
      body,
      response: { 200: reverting, 201: done },
    }),
    async (request, reply) => {
      const { id } = await knownRun(deps, request.params.id);
      const { preview, ...decision } = request.body;
      const by = callerOf(request).name;
      const reverted = preview ? undefined : await deps.audit.revert(id, { ...decision, by });
      if (reverted === undefined) return reply.code(200).send(await deps.audit.previewRevert(id));
      request.log.info({ run: reverted.id, reverts: id, caller: by }, 'run reverted');
      return reply.code(201).header('location', `/api/runs/${reverted.id}`).send(reverted);
    },
  );
}
