import { z } from 'zod';
import type { AccessOperations } from '../../../model/operations/access.ts';
import type { App } from '../../ports/http.ts';
import { listRoute } from '../../protocol/list-route.ts';
import { projectsAnswer, teamMembersAnswer, teamsAnswer } from '../../schemas/group.ts';
import { answerPage, namePage, pageRequest, teamPath } from '../../schemas/paging.ts';

const query = z.strictObject(namePage);

/** `GET /api/teams`: the teams by slug. */
export function addListTeams(app: App, deps: AccessOperations): void {
  app.get(
    '/api/teams',
    listRoute(
      { id: 'listTeams', summary: 'List teams', tag: 'teams' },
      { querystring: query, response: { 200: teamsAnswer } },
    ),
    async request => answerPage(await deps.listTeams(pageRequest(request.query))),
  );
}

/** `GET /api/teams/{slug}/members`: the members of a team. */
export function addTeamMembers(app: App, deps: AccessOperations): void {
  app.get(
    '/api/teams/:slug/members',
    listRoute(
      {
        id: 'listTeamMembers',
        summary: 'List the members of a team, who have access to all its projects',
        tag: 'teams',
        problems: ['unknown_team'],
      },
      { params: teamPath, querystring: query, response: { 200: teamMembersAnswer } },
    ),
    async request => answerPage(await deps.teamMembers(request.params.slug, pageRequest(request.query))),
  );
}

/** `GET /api/teams/{slug}/projects`: the projects of a team. */
export function addTeamProjects(app: App, deps: AccessOperations): void {
  app.get(
    '/api/teams/:slug/projects',
    listRoute(
      {
        id: 'listTeamProjects',
        summary: 'List the projects of a team',
        tag: 'teams',
        problems: ['unknown_team'],
      },
      { params: teamPath, querystring: query, response: { 200: projectsAnswer } },
    ),
    async request => answerPage(await deps.teamProjects(request.params.slug, pageRequest(request.query))),
  );
}
