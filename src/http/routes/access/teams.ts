/** Routes that list teams, their members and their projects. */
import { z } from 'zod';
import type { AccessOperations } from '../../../model/operations/access.ts';
import type { App } from '../../ports/http.ts';
import { route } from '../../protocol/route.ts';
import { projectsAnswer, teamMembersAnswer, teamsAnswer } from '../../schemas/group.ts';
import { answerPage, namePage, pageRequest, teamPath } from '../../schemas/paging.ts';

const query = z.strictObject(namePage);

/** `GET /api/teams`: the teams by slug. */
export function addListTeams(app: App, deps: AccessOperations): void {
  app.get(
    '/api/teams',
    route('viewer', {
      operationId: 'listTeams',
      summary: 'List teams',
      tags: ['teams'],
      querystring: query,
      response: { 200: teamsAnswer },
    }),
    async request => answerPage(await deps.listTeams(pageRequest(request.query))),
  );
}

/** `GET /api/teams/{slug}/members`: the members of a team. */
export function addTeamMembers(app: App, deps: AccessOperations): void {
  app.get(
    '/api/teams/:slug/members',
    route('viewer', {
      operationId: 'listTeamMembers',
      summary: 'List the members of a team, who have access to all its projects',
      tags: ['teams'],
      problems: ['unknown_team'],
      params: teamPath,
      querystring: query,
      response: { 200: teamMembersAnswer },
    }),
    async request => answerPage(await deps.teamMembers(request.params.slug, pageRequest(request.query))),
  );
}

/** `GET /api/teams/{slug}/projects`: the projects of a team. */
export function addTeamProjects(app: App, deps: AccessOperations): void {
  app.get(
    '/api/teams/:slug/projects',
    route('viewer', {
      operationId: 'listTeamProjects',
      summary: 'List the projects of a team',
      tags: ['teams'],
      problems: ['unknown_team'],
      params: teamPath,
      querystring: query,
      response: { 200: projectsAnswer },
    }),
    async request => answerPage(await deps.teamProjects(request.params.slug, pageRequest(request.query))),
  );
}
