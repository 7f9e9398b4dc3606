/** `GET /api/search`: finds people, groups, directory entries, teams, projects and runs. */
import { z } from 'zod';
import type { AccessOperations } from '../../../model/operations/access.ts';
import type { App } from '../../ports/http.ts';
import { route } from '../../protocol/route.ts';
import { searchAnswer } from '../../schemas/access.ts';
import { searchLimit, text } from '../../schemas/inputs.ts';

const query = z.strictObject({
  q: text(200).meta({
    description:
      'Words: each must be the beginning of a word of the name. Or an address, team/group, the beginning of a DN, a UUID, ' +
      'or the number of a run.',
  }),
  limit: searchLimit,
});

export function addSearch(app: App, deps: AccessOperations): void {
  app.get(
    '/api/search',
    route('viewer', {
      operationId: 'search',
      summary: 'Find people, groups, directory entries, teams, projects and runs',
      tags: ['access'],
      querystring: query,
      response: { 200: searchAnswer },
    }),
    async request => {
      const { q, limit } = request.query;
      return { ...(await deps.search(q, limit)), next: null };
    },
  );
}
