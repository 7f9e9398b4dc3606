import { z } from 'zod';
import { callerOf } from '../../auth.ts';
import type { OwnershipDeps } from '../../deps/ownership.ts';
import type { App } from '../../deps.ts';
import { digest, reason, text } from '../../schemas/inputs.ts';
import { groupPath } from '../../schemas/inputs-access.ts';
import { adoption } from '../../schemas/ownership.ts';
import { run } from '../../schemas/run.ts';

const body = z.strictObject({
  reason,
  digest: digest.optional().meta({ description: 'Of the preview. Left out: the preview is the answer.' }),
  source: text(2000)
    .optional()
    .meta({ description: 'DN of the directory group; left out: the one whose name leads here.' }),
  directory: text(64).optional().meta({ description: 'Where several directories may have it.' }),
});

const accepted = run.meta({
  description: 'Adopted. The run, queued, that brings the members through the ordinary guard.',
  headers: { location: { type: 'string', description: 'Where to follow that run.' } },
});

/** `POST /api/groups/{id}/adopt`: without a digest what it would do, with the digest of that it is done. */
export function addAdopt(app: App, deps: OwnershipDeps): void {
  app.post(
    '/api/groups/:id/adopt',
    {
      config: {
        access: 'admin',
        problems: [
          'unknown_group',
          'unknown_source',
          'managed_group',
          'source_refused',
          'directory_not_configured',
          'plan_changed',
          'directory_unavailable',
          'unavailable',
        ],
      },
      schema: {
        operationId: 'adoptGroup',
        summary: 'Give an AccessGroup made by hand to a directory',
        tags: ['groups'],
        params: groupPath,
        body,
        response: { 200: adoption, 202: accepted },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { digest, reason, ...from } = request.body;
      if (digest === undefined) return reply.code(200).send(await deps.previewAdoption(id, from));
      const by = callerOf(request).name;
      const queued = await deps.adopt(id, from, { by, reason, digest });
      request.log.info({ group: id, run: queued.id, caller: by }, 'group adopted');
      return reply.code(202).header('location', `/api/runs/${queued.id}`).send(queued);
    },
  );
}
