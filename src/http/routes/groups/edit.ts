/** Routes that create, change and delete groups. */
import type { FastifyRequest } from 'fastify';
import type { AccessOperations } from '../../../model/operations/access.ts';
import type { GroupOperations } from '../../../model/operations/groups.ts';
import type { App } from '../../ports/http.ts';
import { callerOf } from '../../protocol/auth.ts';
import { etagOf } from '../../protocol/etag.ts';
import { ifMatch, requireMatch } from '../../protocol/if-match.ts';
import { Problem } from '../../protocol/problems.ts';
import { route } from '../../protocol/route.ts';
import { done } from '../../schemas/done.ts';
import { groupDetail } from '../../schemas/group.ts';
import { groupEdit, newGroup } from '../../schemas/inputs-groups.ts';
import { groupPath, teamPath } from '../../schemas/paging.ts';

const etag = { type: 'string', description: 'For If-Match.' };
const created = groupDetail.meta({
  description: 'The manual group.',
  headers: { location: { type: 'string', description: 'The URL of the group.' }, etag },
});

/** `POST /api/teams/{slug}/groups`: creates a manual group. */
export function addCreateGroup(app: App, deps: GroupOperations): void {
  app.post(
    '/api/teams/:slug/groups',
    {
      ...route('admin', {
        operationId: 'createGroup',
        summary: 'Create a manual AccessGroup',
        tags: ['groups'],
        problems: ['unknown_team', 'unknown_field', 'name_invalid', 'name_taken'],
        params: teamPath,
        body: newGroup,
        response: { 201: created },
      }),
      preValidation: refuseManaged,
    },
    async (request, reply) => {
      const actor = callerOf(request).name;
      const group = await deps.createGroup({ team: request.params.slug, ...request.body }, actor);
      request.log.info({ group: group.id, caller: actor }, 'group created');
      return reply
        .code(201)
        .headers({ location: `/api/groups/${group.id}`, etag: etagOf(group) })
        .send(group);
    },
  );
}

/** `PATCH /api/groups/{id}`: changes the name or level. The directory owns the name of a managed group. */
export function addChangeGroup(app: App, deps: GroupOperations, access: AccessOperations): void {
  app.patch(
    '/api/groups/:id',
    {
      ...route('admin', {
        operationId: 'changeGroup',
        summary: 'Change the name or the level of an AccessGroup',
        tags: ['groups'],
        problems: [
          'unknown_group',
          'unknown_field',
          'managed_name',
          'name_invalid',
          'name_taken',
          'precondition_failed',
        ],
        params: groupPath,
        headers: ifMatch,
        body: groupEdit,
        response: { 200: groupDetail.meta({ headers: { etag } }) },
      }),
      preValidation: refuseManaged,
    },
    async (request, reply) => {
      const { id } = request.params;
      const actor = callerOf(request).name;
      const seen = await requireMatch(request.headers['if-match'], () => access.getGroup(id));
      const group = await deps.changeGroup(id, request.body, actor, seen);
      request.log.info({ group: id, caller: actor }, 'group changed');
      return reply.header('etag', etagOf(group)).send(group);
    },
  );
}

/** `DELETE /api/groups/{id}`: deletes a manual group with its members and assignments. */
export function addDeleteGroup(app: App, deps: GroupOperations, access: AccessOperations): void {
  app.delete(
    '/api/groups/:id',
    route('admin', {
      operationId: 'deleteGroup',
      summary: 'Delete a manual AccessGroup',
      tags: ['groups'],
      problems: ['unknown_group', 'managed_group', 'precondition_failed'],
      params: groupPath,
      headers: ifMatch,
      response: { 204: done },
    }),
    async (request, reply) => {
      const { id } = request.params;
      const actor = callerOf(request).name;
      const seen = await requireMatch(request.headers['if-match'], () => access.getGroup(id));
      await deps.deleteGroup(id, actor, seen);
      request.log.info({ group: id, caller: actor }, 'group deleted');
      return reply.code(204).send(null);
    },
  );
}

async function refuseManaged({ body }: FastifyRequest): Promise<void> {
  if (typeof body !== 'object' || body === null || !('managed' in body)) return;
  throw new Problem(
    'unknown_field',
    'managed is read-only: it is true if a directory owns the group. To change the owner, use ' +
      'POST /api/groups/{id}/adopt or /release.',
  );
}
