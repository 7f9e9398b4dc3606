/** Adds all routes. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { HttpDependencies, ProbeDependencies } from './ports/http.ts';
import { addAccessRoutes } from './routes/access/add.ts';
import { addAudit } from './routes/access/audit.ts';
import { addChanges } from './routes/access/changes.ts';
import { addLinkRoutes } from './routes/access/links.ts';
import { addManualRoutes } from './routes/groups/add.ts';
import { addOwnershipRoutes } from './routes/groups/add-ownership.ts';
import { addDoubtRoutes } from './routes/groups/doubts.ts';
import { addApproveRun } from './routes/runs/approve-run.ts';
import { addListRuns } from './routes/runs/list-runs.ts';
import { addRejectRun } from './routes/runs/reject-run.ts';
import { addRequestRun } from './routes/runs/request-run.ts';
import { addRevertRun } from './routes/runs/revert-run.ts';
import { addRunChanges } from './routes/runs/run-changes.ts';
import { addRunEvents } from './routes/runs/run-events.ts';
import { addRunMembers } from './routes/runs/run-members.ts';
import { addShowRun } from './routes/runs/show-run.ts';
import { addDecideWaiting, addWaiting } from './routes/runs/waiting.ts';
import { readConsole } from './routes/service/assets.ts';
import { addConsole } from './routes/service/console.ts';
import { addLivez } from './routes/service/livez.ts';
import { addMetrics } from './routes/service/metrics.ts';
import { addOpenApi } from './routes/service/openapi-document.ts';
import { addReadyz } from './routes/service/readyz.ts';
import { addReload } from './routes/service/reload.ts';
import { addStatus } from './routes/service/status.ts';
import { streamsOf } from './streams/streams.ts';
import { sessionFinder } from './users/session-user.ts';
import { addSignIn } from './users/sign-in.ts';

/** Adds the probes and the metrics. As for `addRoutes`. */
export function addProbes(scope: FastifyInstance, deps: ProbeDependencies): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  addLivez(app);
  addReadyz(app, deps);
  addMetrics(app, deps);
}

/** Adds the routes to `scope`, whose validator and serializer must be those of fastify-type-provider-zod. */
export function addRoutes(scope: FastifyInstance, deps: HttpDependencies): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const streams = streamsOf(app, deps, sessionFinder(deps));
  const console = readConsole();
  addProbes(scope, deps);
  addStatus(app, deps);
  addReload(app, deps);
  addRequestRun(app, deps);
  addListRuns(app, deps);
  addShowRun(app, deps);
  addRunChanges(app, deps);
  addRunMembers(app, deps);
  addRunEvents(app, deps, streams);
  addApproveRun(app, deps);
  addRejectRun(app, deps);
  addRevertRun(app, deps);
  addWaiting(app, deps);
  addDecideWaiting(app, deps);
  addAudit(app, deps.audit);
  addChanges(app, deps.changes, streams);
  addAccessRoutes(app, deps.access);
  addManualRoutes(app, deps.manual, deps.access);
  addOwnershipRoutes(app, deps.ownership);
  addDoubtRoutes(app, deps.doubts);
  addLinkRoutes(app, deps.links);
  addOpenApi(app);
  addConsole(app, console);
  addSignIn(app, deps, streams, console.index);
}
