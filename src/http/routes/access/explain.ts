/** `GET /api/explain`: why a user is in a group or has access to a project, or what is missing. */
import { z } from 'zod';
import type { AccessOperations } from '../../../model/operations/access.ts';
import type { App } from '../../ports/http.ts';
import { route } from '../../protocol/route.ts';
import { explanation } from '../../schemas/access.ts';
import { text, yesOrNo } from '../../schemas/inputs.ts';
import { slug, username } from '../../schemas/paging.ts';

const query = z
  .strictObject({
    user: username,
    team: slug.meta({ description: 'The team of the group or project.' }),
    group: text(128).optional().meta({ description: 'Explain the membership in this AccessGroup.' }),
    project: slug.optional().meta({ description: 'Explain the access to this project.' }),
    live: yesOrNo.meta({ description: 'Also query the directory for the path through nested groups.' }),
  })
  .refine(
    ({ group, project }) => (group === undefined) !== (project === undefined),
    'give either group or project',
  );

export function addExplain(app: App, deps: AccessOperations): void {
  app.get(
    '/api/explain',
    route('viewer', {
      operationId: 'explain',
      summary: 'Explain why a user has or lacks access',
      tags: ['access'],
      problems: ['unknown_team', 'unknown_group', 'unknown_project'],
      querystring: query,
      response: { 200: explanation },
    }),
    async request => {
      const { live, ...question } = request.query;
      return deps.explain(question, { live });
    },
  );
}
