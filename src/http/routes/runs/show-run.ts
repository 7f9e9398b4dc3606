/** `GET /api/runs/{id}`: one run. Cheap enough to poll until the run ends. */
import type { Run } from '../../../model/run.ts';
import type { App, HttpDependencies } from '../../ports/http.ts';
import { Problem } from '../../protocol/problems.ts';
import { route } from '../../protocol/route.ts';
import { runPath } from '../../schemas/inputs.ts';
import { run } from '../../schemas/run.ts';

export function addShowRun(app: App, deps: HttpDependencies): void {
  app.get(
    '/api/runs/:id',
    route('viewer', {
      operationId: 'showRun',
      summary: 'Show a run',
      tags: ['runs'],
      problems: ['unknown_run'],
      params: runPath,
      response: { 200: run },
    }),
    async request => knownRun(deps, request.params.id),
  );
}

/** The run with this id. Throws the problem `unknown_run` if it does not exist. */
export async function knownRun(deps: Pick<HttpDependencies, 'getRun'>, id: number): Promise<Run> {
  const found = await deps.getRun(id);
  if (!found) throw new Problem('unknown_run', `Run ${id} does not exist.`);
  return found;
}
