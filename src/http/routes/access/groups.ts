/** Routes that read AccessGroups and their members. */
import { z } from 'zod';
import type { AccessOperations } from '../../../model/operations/access.ts';
import type { App } from '../../ports/http.ts';
import { etagOf } from '../../protocol/etag.ts';
import { route } from '../../protocol/route.ts';
import { groupDetail, groupMembersAnswer, groupPageAnswer, groupState } from '../../schemas/group.ts';
import { text } from '../../schemas/inputs.ts';
import { answerPage, groupPage, groupPath, namePage, search, teamPath } from '../../schemas/paging.ts';

const teamQuery = z.strictObject({ ...groupPage, search, state: groupState.optional() });
const query = teamQuery.extend({
  directory: text(64).optional().meta({ description: 'Only groups of this directory.' }),
});

/** `GET /api/groups`: the AccessGroups of all teams. */
export function addListGroups(app: App, deps: AccessOperations): void {
  app.get(
    '/api/groups',
    route('viewer', {
      operationId: 'listGroups',
      summary: 'List the AccessGroups of all teams',
      tags: ['groups'],
      querystring: query,
      response: { 200: groupPageAnswer },
    }),
    async request => {
      const { limit, cursor, ...filters } = request.query;
      return answerPage(await deps.listGroups({ ...filters, limit, after: cursor }));
    },
  );
}

/** `GET /api/teams/{slug}/groups`: the AccessGroups of a team. */
export function addTeamGroups(app: App, deps: AccessOperations): void {
  app.get(
    '/api/teams/:slug/groups',
    route('viewer', {
      operationId: 'listTeamGroups',
      summary: 'List the AccessGroups of a team',
      tags: ['groups'],
      problems: ['unknown_team'],
      params: teamPath,
      querystring: teamQuery,
      response: { 200: groupPageAnswer },
    }),
    async request => {
      const { limit, cursor, ...filters } = request.query;
      const team = request.params.slug;
      return answerPage(await deps.listGroups({ team, ...filters, limit, after: cursor }));
    },
  );
}

/** `GET /api/groups/{id}`: one AccessGroup, with its ETag for If-Match. */
export function addShowGroup(app: App, deps: AccessOperations): void {
  app.get(
    '/api/groups/:id',
    route('viewer', {
      operationId: 'showGroup',
      summary: 'Show an AccessGroup',
      tags: ['groups'],
      problems: ['unknown_group'],
      params: groupPath,
      response: {
        200: groupDetail.meta({ headers: { etag: { type: 'string', description: 'For If-Match.' } } }),
      },
    }),
    async (request, reply) => {
      const group = await deps.getGroup(request.params.id);
      return reply.header('etag', etagOf(group)).send(group);
    },
  );
}

/** `GET /api/groups/{id}/members`: the members of a group, since when and why. */
export function addGroupMembers(app: App, deps: AccessOperations): void {
  app.get(
    '/api/groups/:id/members',
    route('viewer', {
      operationId: 'listGroupMembers',
      summary: 'List the members of an AccessGroup, since when and why',
      tags: ['groups'],
      problems: ['unknown_group'],
      params: groupPath,
      querystring: z.strictObject({ ...namePage, search }),
      response: { 200: groupMembersAnswer },
    }),
    async request => {
      const { limit, cursor, search } = request.query;
      return answerPage(await deps.groupMembers(request.params.id, { limit, after: cursor, search }));
    },
  );
}
