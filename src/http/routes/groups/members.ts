/** Routes that change the members and projects of a group. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GroupOperations } from '../../../model/operations/groups.ts';
import type { App } from '../../ports/http.ts';
import { callerOf } from '../../protocol/auth.ts';
import { done } from '../../schemas/done.ts';
import { assignmentPath, memberPath } from '../../schemas/inputs-groups.ts';

const MEMBERS = {
  access: 'admin',
  problems: ['unknown_group', 'unknown_user', 'managed_members', 'unavailable'],
} as const;
const PROJECTS = {
  access: 'admin',
  problems: ['unknown_group', 'unknown_project', 'unavailable'],
} as const;

/** `PUT` and `DELETE /api/groups/{id}/members/{username}`: add and remove members of a manual group. */
export function addMemberChanges(app: App, deps: GroupOperations): void {
  const schema = { tags: ['groups'], params: memberPath, response: { 204: done } };
  app.put(
    '/api/groups/:id/members/:username',
    {
      config: MEMBERS,
      schema: { ...schema, operationId: 'addMember', summary: 'Add a user to a manual group' },
    },
    async (request, reply) => {
      const { id, username } = request.params;
      return changeAndLog(request, reply, 'member added', actor => deps.addMember(id, username, actor));
    },
  );
  app.delete(
    '/api/groups/:id/members/:username',
    {
      config: MEMBERS,
      schema: { ...schema, operationId: 'removeMember', summary: 'Remove a user from a manual group' },
    },
    async (request, reply) => {
      const { id, username } = request.params;
      return changeAndLog(request, reply, 'member removed', actor => deps.removeMember(id, username, actor));
    },
  );
}

/** `PUT` and `DELETE /api/groups/{id}/projects/{slug}`: assign and unassign projects of a manual or managed group. */
export function addAssignmentChanges(app: App, deps: GroupOperations): void {
  const schema = { tags: ['groups'], params: assignmentPath, response: { 204: done } };
  app.put(
    '/api/groups/:id/projects/:slug',
    {
      config: PROJECTS,
      schema: {
        ...schema,
        operationId: 'assignProject',
        summary: 'Assign a project to a group of the same team',
      },
    },
    async (request, reply) => {
      const { id, slug } = request.params;
      return changeAndLog(request, reply, 'project assigned', actor => deps.assignProject(id, slug, actor));
    },
  );
  app.delete(
    '/api/groups/:id/projects/:slug',
    {
      config: PROJECTS,
      schema: { ...schema, operationId: 'unassignProject', summary: 'Unassign a project from a group' },
    },
    async (request, reply) => {
      const { id, slug } = request.params;
      return changeAndLog(request, reply, 'project unassigned', actor =>
        deps.unassignProject(id, slug, actor),
      );
    },
  );
}

/** Makes the change on behalf of the caller, logs the group (never the user), and answers 204. */
async function changeAndLog(
  request: FastifyRequest<{ Params: { id: number } }>,
  reply: FastifyReply,
  what: string,
  change: (actor: string) => Promise<void>,
) {
  const actor = callerOf(request).name;
  await change(actor);
  request.log.info({ group: request.params.id, caller: actor }, what);
  return reply.code(204).send(null);
}
