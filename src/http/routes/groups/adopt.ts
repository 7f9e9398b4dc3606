/** `POST /api/groups/{id}/adopt`: answers a preview, or adopts the group if the body contains the preview's digest. */
import { z } from 'zod';
import type { OwnershipOperations } from '../../../model/operations/ownership.ts';
import type { App } from '../../ports/http.ts';
import { callerOf } from '../../protocol/auth.ts';
import { route } from '../../protocol/route.ts';
import { digest, reason, text } from '../../schemas/inputs.ts';
import { adoption } from '../../schemas/ownership.ts';
import { groupPath } from '../../schemas/paging.ts';
import { runWithLocation } from '../../schemas/run.ts';

const body = z.strictObject({
  reason,
  digest: digest
    .optional()
    .meta({ description: 'The digest of a preview. Without it, the response is a preview.' }),
  source: text(2000).optional().meta({
    description: 'DN of the directory group. Default: the one whose name maps to this AccessGroup.',
  }),
  directory: text(64)
    .optional()
    .meta({ description: 'The directory, if several directories may contain the group.' }),
});

const accepted = runWithLocation('Adopted. The queued run that updates the members; the guard checks it.');

export function addAdopt(app: App, deps: OwnershipOperations): void {
  app.post(
    '/api/groups/:id/adopt',
    route('admin', {
      operationId: 'adoptGroup',
      summary: 'Make a directory the owner of a manual AccessGroup',
      tags: ['groups'],
      problems: [
        'unknown_group',
        'unknown_source',
        'managed_group',
        'source_refused',
        'directory_not_configured',
        'plan_changed',
        'directory_unavailable',
      ],
      params: groupPath,
      body,
      response: { 200: adoption, 202: accepted },
    }),
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
