/** Adds all routes. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { HttpDeps } from './deps.ts';
import { addAccessRoutes } from './routes/access/add.ts';
import { addApproveRun } from './routes/approve-run.ts';
import { addAudit } from './routes/audit.ts';
import { addConsole } from './routes/console.ts';
import { addDoubtRoutes } from './routes/doubts.ts';
import { addListRuns } from './routes/list-runs.ts';
import { addLivez } from './routes/livez.ts';
import { addManualRoutes } from './routes/manual/add.ts';
import { addMetrics } from './routes/metrics.ts';
import { addOpenApi } from './routes/openapi.ts';
import { addOwnershipRoutes } from './routes/ownership/add.ts';
import { addReadyz } from './routes/readyz.ts';
import { addRejectRun } from './routes/reject-run.ts';
import { addRequestRun } from './routes/request-run.ts';
import { addRevertRun } from './routes/revert-run.ts';
import { addRunChanges } from './routes/run-changes.ts';
import { addRunEvents } from './routes/run-events.ts';
import { addRunMembers } from './routes/run-members.ts';
import { addShowRun } from './routes/show-run.ts';
import { addStatus } from './routes/status.ts';

/** Adds the routes to `scope`, whose validator and serializer must be those of fastify-type-provider-zod. */
export function addRoutes(scope: FastifyInstance, deps: HttpDeps): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  addLivez(app);
  addReadyz(app, deps);
  addMetrics(app, deps);
  addStatus(app, deps);
  addRequestRun(app, deps);
  addListRuns(app, deps);
  addShowRun(app, deps);
  addRunChanges(app, deps);
  addRunMembers(app, deps);
  addRunEvents(app, deps);
  addApproveRun(app, deps);
  addRejectRun(app, deps);
  addRevertRun(app, deps);
  addAudit(app, deps.audit);
  addAccessRoutes(app, deps.access);
  addManualRoutes(app, deps.manual, deps.access);
  addOwnershipRoutes(app, deps.ownership);
  addDoubtRoutes(app, deps.doubts);
  addOpenApi(app);
  addConsole(app);
}
