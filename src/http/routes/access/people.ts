import { z } from 'zod';
import type { AccessDeps } from '../../deps/access.ts';
import type { App } from '../../deps.ts';
import { projectAccessAnswer, userAccessAnswer, usersAnswer } from '../../schemas/access.ts';
import {
  answerPage,
  instant,
  namePage,
  projectPage,
  search,
  slug,
  username,
  wishOf,
} from '../../schemas/inputs-access.ts';

/** `GET /api/users`: local people by username. */
export function addListUsers(app: App, deps: AccessDeps): void {
  app.get(
    '/api/users',
    {
      config: { access: 'viewer', problems: ['unavailable'] },
      schema: {
        operationId: 'listUsers',
        summary: 'The users of the application',
        tags: ['access'],
        querystring: z.strictObject({ ...namePage, search }),
        response: { 200: usersAnswer },
      },
    },
    async request => {
      const { limit, cursor, search } = request.query;
      return answerPage(await deps.listUsers({ limit, after: cursor, search }));
    },
  );
}

/** `GET /api/users/{username}/access`: what somebody may reach, and through what. */
export function addUserAccess(app: App, deps: AccessDeps): void {
  app.get(
    '/api/users/:username/access',
    {
      config: { access: 'viewer', problems: ['unknown_user', 'unavailable'] },
      schema: {
        operationId: 'userAccess',
        summary: 'What a user may reach, and through what',
        tags: ['access'],
        params: z.object({ username }),
        querystring: z.strictObject(projectPage),
        response: { 200: userAccessAnswer },
      },
    },
    async request => answerPage(await deps.userAccess(request.params.username, wishOf(request.query))),
  );
}

const at = instant.meta({
  type: 'string',
  format: 'date-time',
  description:
    'The memberships of that instant, as the audit knows them. Levels, projects and team members are those of now.',
});

/** `GET /api/projects/{team}/{slug}/access`: who may reach a project, and through what. */
export function addProjectAccess(app: App, deps: AccessDeps): void {
  app.get(
    '/api/projects/:team/:slug/access',
    {
      config: { access: 'viewer', problems: ['unknown_team', 'unknown_project', 'unavailable'] },
      schema: {
        operationId: 'projectAccess',
        summary: 'Who may reach a project, and through what',
        tags: ['access'],
        params: z.object({ team: slug, slug }),
        querystring: z.strictObject({ ...namePage, at }),
        response: { 200: projectAccessAnswer },
      },
    },
    async request => {
      const { team, slug: project } = request.params;
      const { at, ...page } = request.query;
      return answerPage(await deps.projectAccess({ team, project }, wishOf(page), at));
    },
  );
}
