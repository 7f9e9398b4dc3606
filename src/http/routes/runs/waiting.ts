/** Routes about held plans: what waits for a decision. */
import { z } from 'zod';
import type { HeldPlan } from '../../../model/status/waiting.ts';
import type { App, HttpDependencies } from '../../ports/http.ts';
import { Problem } from '../../protocol/problems.ts';
import { route } from '../../protocol/route.ts';
import { decidedGroups, digest, reason, text } from '../../schemas/inputs.ts';
import { answerPage, sliceOf, slicePage } from '../../schemas/paging.ts';
import { run } from '../../schemas/run.ts';
import { heldPlan, heldPlans } from '../../schemas/waiting.ts';
import { approvedRun, approveFor, rejectFor } from './decide-run.ts';

const query = z.strictObject({
  directory: text(200).optional().meta({ description: 'Only plans of this directory.' }),
  ...slicePage,
});
const path = z.object({ digest: digest.meta({ description: 'The digest of a held plan.' }) });
const decision = z.strictObject({ reason, groups: decidedGroups });

/** Adds `GET /api/waiting` and `GET /api/waiting/{digest}`. */
export function addWaiting(app: App, deps: Pick<HttpDependencies, 'waiting'>): void {
  const { waiting } = deps;
  app.get(
    '/api/waiting',
    route('viewer', {
      operationId: 'listWaiting',
      summary: 'List what waits for a decision, oldest first',
      tags: ['runs'],
      querystring: query,
      response: { 200: heldPlans },
    }),
    async request => answerPage(sliceOf(await waiting.list(request.query.directory), request.query)),
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
    async request => knownPlan(deps, request.params.digest),
  );
}

/** Adds `POST /api/waiting/{digest}/approve` and `/reject`. */
export function addDecideWaiting(app: App, deps: HttpDependencies): void {
  app.post(
    '/api/waiting/:digest/approve',
    route('admin', {
      operationId: 'approveWaiting',
      summary: 'Approve what waits, or some groups of it',
      tags: ['runs'],
      problems: ['unknown_plan', 'plan_changed'],
      params: path,
      body: decision,
      response: { 202: approvedRun },
    }),
    async (request, reply) => {
      const plan = await knownPlan(deps, request.params.digest);
      const queued = await approveFor(request, deps, plan.run, { ...request.body, digest: plan.digest });
      return reply.code(202).header('location', `/api/runs/${queued.id}`).send(queued);
    },
  );
  app.post(
    '/api/waiting/:digest/reject',
    route('admin', {
      operationId: 'rejectWaiting',
      summary: 'Reject what waits, or some groups of it',
      tags: ['runs'],
      problems: ['unknown_plan', 'plan_changed'],
      params: path,
      body: decision,
      response: { 200: run },
    }),
    async request => {
      const plan = await knownPlan(deps, request.params.digest);
      // A plan without removals has no digest in its run, so that no approval can name it.
      const digest = plan.removals > 0 ? plan.digest : undefined;
      return rejectFor(request, deps, plan.run, { ...request.body, digest });
    },
  );
}

async function knownPlan({ waiting }: Pick<HttpDependencies, 'waiting'>, digest: string): Promise<HeldPlan> {
  const found = await waiting.get(digest);
  if (found === undefined) throw new Problem('unknown_plan', 'No run that is kept held this.');
  return found;
}
