/** Routes that list users, the access of a user, and the users of a project. */
import { z } from 'zod';
import type { AccessOperations } from '../../../model/operations/access.ts';
import type { App } from '../../ports/http.ts';
import { route } from '../../protocol/route.ts';
import {
  membershipsAnswer,
  projectAccessAnswer,
  userAccessAnswer,
  userAnswer,
  usersAnswer,
} from '../../schemas/access.ts';
import {
  answerPage,
  instant,
  namePage,
  pageRequest,
  projectPage,
  search,
  slug,
  username,
} from '../../schemas/paging.ts';

const at = instant.meta({
  type: 'string',
  format: 'date-time',
  description:
    'Use the memberships at this instant, as recorded in the audit. Levels, projects and team members are the current ones.',
});

/** `GET /api/users`: the local users by username. */
export function addListUsers(app: App, deps: AccessOperations): void {
  app.get(
    '/api/users',
    route('viewer', {
      operationId: 'listUsers',
      summary: 'List users',
      tags: ['access'],
      querystring: z.strictObject({ ...namePage, search }),
      response: { 200: usersAnswer },
    }),
    async request => {
      const { limit, cursor, search } = request.query;
      return answerPage(await deps.listUsers({ limit, after: cursor, search }));
    },
  );
}

/** `GET /api/users/{username}`: one user, with the entries in directories and what waits. */
export function addShowUser(app: App, deps: AccessOperations): void {
  app.get(
    '/api/users/:username',
    route('viewer', {
      operationId: 'showUser',
      summary: 'Show a user with the entries in directories, and the removals that wait',
      tags: ['access'],
      problems: ['unknown_user'],
      params: z.object({ username }),
      response: { 200: userAnswer },
    }),
    async request => deps.getUser(request.params.username),
  );
}

/** `GET /api/users/{username}/access`: the access of a user to projects. */
export function addUserAccess(app: App, deps: AccessOperations): void {
  app.get(
    '/api/users/:username/access',
    route('viewer', {
      operationId: 'userAccess',
      summary: 'List the projects that a user has access to, and what grants it',
      tags: ['access'],
      problems: ['unknown_user'],
      params: z.object({ username }),
      querystring: z.strictObject({ ...projectPage, at }),
      response: { 200: userAccessAnswer },
    }),
    async request => {
      const { at, ...page } = request.query;
      return answerPage(await deps.userAccess(request.params.username, pageRequest(page), at));
    },
  );
}

/** `GET /api/users/{username}/memberships`: the teams and AccessGroups of a user. */
export function addMemberships(app: App, deps: AccessOperations): void {
  app.get(
    '/api/users/:username/memberships',
    route('viewer', {
      operationId: 'memberships',
      summary: 'List the teams and AccessGroups that a user is a member of',
      tags: ['access'],
      problems: ['unknown_user'],
      params: z.object({ username }),
      querystring: z.strictObject({ ...projectPage, at }),
      response: { 200: membershipsAnswer },
    }),
    async request => {
      const { at, ...page } = request.query;
      return answerPage(await deps.memberships(request.params.username, pageRequest(page), at));
    },
  );
}

/** `GET /api/projects/{team}/{slug}/access`: the users with access to a project. */
export function addProjectAccess(app: App, deps: AccessOperations): void {
  app.get(
    '/api/projects/:team/:slug/access',
    route('viewer', {
      operationId: 'projectAccess',
      summary: 'List the users with access to a project, and what grants it',
      tags: ['access'],
      problems: ['unknown_team', 'unknown_project'],
      params: z.object({ team: slug, slug }),
      querystring: z.strictObject({ ...namePage, at }),
      response: { 200: projectAccessAnswer },
    }),
    async request => {
      const { team, slug: project } = request.params;
      const { at, ...page } = request.query;
      return answerPage(await deps.projectAccess({ team, project }, pageRequest(page), at));
    },
  );
}
