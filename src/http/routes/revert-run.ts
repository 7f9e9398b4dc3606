import { z } from 'zod';
import { callerOf } from '../auth.ts';
import type { App, HttpDeps } from '../deps.ts';
import { reverting } from '../schemas/audit.ts';
import { digest, reason, runPath } from '../schemas/inputs.ts';
import { run } from '../schemas/run.ts';
import { knownRun } from './show-run.ts';

const body = z.strictObject({
  reason,
  preview: z.boolean().default(false).meta({ description: 'Only tell what it would do.' }),
  digest: digest
    .optional()
    .meta({ description: 'Of a preview: exactly that is done, or 409 plan_changed and nothing.' }),
});

const done = run.meta({
  description: 'The run that took the other back; held, where the guard holds removals of it.',
  headers: { location: { type: 'string', description: 'Where it is.' } },
});

/** `POST /api/runs/{id}/revert`: take back what a run did to the members of frozen and released groups. */
export function addRevertRun(app: App, deps: HttpDeps): void {
  app.post(
    '/api/runs/:id/revert',
    {
      config: {
        access: 'admin',
        problems: [
          'unknown_run',
          'plan_changed',
          'precondition_failed',
          'directory_not_configured',
          'unavailable',
        ],
      },
      schema: {
        operationId: 'revertRun',
        summary: 'Take a run back',
        description:
          'Answers 200 with a preview where one is asked for, and where there is nothing to take back.',
        tags: ['runs'],
        params: runPath,
        body,
        response: { 200: reverting, 201: done },
      },
    },
    async (request, reply) => {
      const { id } = await knownRun(deps, request.params.id);
      const { preview, ...deciding } = request.body;
      const by = callerOf(request).name;
      const reverted = preview ? undefined : await deps.audit.revert(id, { ...deciding, by });
      if (reverted === undefined) return reply.code(200).send(await deps.audit.previewRevert(id));
      request.log.info({ run: reverted.id, reverts: id, caller: by }, 'run taken back');
      return reply.code(201).header('location', `/api/runs/${reverted.id}`).send(reverted);
    },
  );
}
