/** Routes about held plans: what waits for a decision. */
import { z } from 'zod';
import type { HeldPlan } from '../../../model/status/waiting.ts';
import type { App, HttpDependencies } from '../../ports/http.ts';
import { callerOf } from '../../protocol/auth.ts';
import { Problem } from '../../protocol/problems.ts';
import { route } from '../../protocol/route.ts';
import { decidedGroups, digest, reason, text } from '../../schemas/inputs.ts';
import { answerPage } from '../../schemas/paging.ts';
import { run, runWithLocation } from '../../schemas/run.ts';
import { heldPlan, heldPlans } from '../../schemas/waiting.ts';

const query = z.strictObject({
  directory: text(200).optional().meta({ description: 'Only plans of this directory.' }),
});
const path = z.object({ digest: digest.meta({ description: 'The digest of a held plan.' }) });
const decision = z.strictObject({ reason, groups: decidedGroups });
const accepted = runWithLocation(
  'The queued run that reads again and applies the approved changes that are still true.',
);

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
    async request => answerPage({ items: await waiting.list(request.query.directory), next: undefined }),
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
      response: { 202: accepted },
    }),
    async (request, reply) => {
      const plan = await knownPlan(deps, request.params.digest);
      const by = callerOf(request).name;
      const queued = await deps.approveRun(plan.run, { ...request.body, digest: plan.digest, by });
      request.log.info({ run: queued.id, approves: plan.run, caller: by }, 'held run approved');
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
      const by = callerOf(request).name;
      // A plan without removals has no digest in its run, so that no approval can name it.
      const digest = plan.removals > 0 ? plan.digest : undefined;
      const closed = await deps.rejectRun(plan.run, { ...request.body, digest, by });
      request.log.info({ run: plan.run, caller: by }, 'held run rejected');
      return closed;
    },
  );
}

async function knownPlan({ waiting }: Pick<HttpDependencies, 'waiting'>, digest: string): Promise<HeldPlan> {
  const found = await waiting.get(digest);
  if (found === undefined) throw new Problem('unknown_plan', 'No run that is kept held this.');
  return found;
}
