import { z } from 'zod';
import type { AccessDeps } from '../../deps/access.ts';
import type { App } from '../../deps.ts';
import { explanation } from '../../schemas/access.ts';
import { text } from '../../schemas/inputs.ts';
import { slug, username } from '../../schemas/inputs-access.ts';

const query = z
  .strictObject({
    user: username,
    team: slug.meta({ description: 'The team of the group or project.' }),
    group: text(128).optional().meta({ description: 'Why is the user in this AccessGroup, or not?' }),
    project: slug.optional().meta({ description: 'Why may the user reach this project, or not?' }),
    live: z
      .enum(['true', 'false'])
      .default('false')
      .transform(word => word === 'true')
      .meta({
        type: 'boolean',
        description: 'Also ask the directory now through which nested groups the user is in the group.',
      }),
  })
  .refine(
    ({ group, project }) => (group === undefined) !== (project === undefined),
    'name either a group or a project',
  );

/** `GET /api/explain`: why somebody is in a group or may reach a project, or what would have to be true for it. */
export function addExplain(app: App, deps: AccessDeps): void {
  app.get(
    '/api/explain',
    {
      config: {
        access: 'viewer',
        problems: ['unknown_team', 'unknown_group', 'unknown_project', 'unavailable'],
      },
      schema: {
        operationId: 'explain',
        summary: 'Why somebody has access, or has not',
        tags: ['access'],
        querystring: query,
        response: { 200: explanation },
      },
    },
    async request => {
      const { live, ...question } = request.query;
      return deps.explain(question, { live });
    },
  );
}
