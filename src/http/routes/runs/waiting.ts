/** Routes about held plans: what waits for a decision. */
import { z } from 'zod';
import type { WaitingOperations } from '../../../model/operations/waiting.ts';
import type { App } from '../../ports/http.ts';
import { Problem } from '../../protocol/problems.ts';
import { route } from '../../protocol/route.ts';
import { digest, text } from '../../schemas/inputs.ts';
import { answerPage } from '../../schemas/paging.ts';
import { heldPlan, heldPlans } from '../../schemas/waiting.ts';

const query = z.strictObject({
  directory: text(200).optional().meta({ description: 'Only plans of this directory.' }),
});
const path = z.object({ digest: digest.meta({ description: 'The digest of a held plan.' }) });

/** Adds `GET /api/waiting` and `GET /api/waiting/{digest}`. */
export function addWaiting(app: App, deps: WaitingOperations): void {
  app.get(
    '/api/waiting',
    route('viewer', {
      operationId: 'listWaiting',
      summary: 'List what waits for a decision, oldest first',
      tags: ['runs'],
      querystring: query,
      response: { 200: heldPlans },
    }),
    async request => answerPage({ items: await deps.list(request.query.directory), next: undefined }),
  );
  app.get(
    '/api/waiting/:digest',
    route('viewer', {
      operationId: 'showWaiting',
      summary: 'Show what waits, or what became of it',
      tags: ['runs'],
      problems: ['unknown_plan'],
      params: path,
      response: { 200: heldPlan },
    }),
    async request => {
      const found = await deps.get(request.params.digest);
      if (found === undefined) throw new Problem('unknown_plan', 'No run that is kept held this.');
      return found;
    },
  );
}
