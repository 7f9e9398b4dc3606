/** Decides about a held run for the caller of a request. Whichever address names the run, the same is done and logged. */
import type { FastifyRequest } from 'fastify';
import type { DecisionRequest, Run } from '../../../model/run.ts';
import type { HttpDependencies } from '../../ports/http.ts';
import { callerOf } from '../../protocol/auth.ts';
import { runWithLocation } from '../../schemas/run.ts';

type Decided = Omit<DecisionRequest, 'by'>;

export const approvedRun = runWithLocation(
  'The queued run that reads again and applies the approved changes that are still true.',
);

/** Returns the queued run that applies what the caller approves. */
export async function approveFor(
  request: FastifyRequest,
  deps: HttpDependencies,
  id: number,
  decision: Decided,
): Promise<Run> {
  const by = callerOf(request).name;
  const queued = await deps.approveRun(id, { ...decision, by });
  request.log.info({ run: queued.id, approves: id, caller: by }, 'held run approved');
  return queued;
}

/** Returns the run that the caller rejects. */
export async function rejectFor(
  request: FastifyRequest,
  deps: HttpDependencies,
  id: number,
  decision: Decided,
): Promise<Run> {
  const by = callerOf(request).name;
  const closed = await deps.rejectRun(id, { ...decision, by });
  request.log.info({ run: id, caller: by }, 'held run rejected');
  return closed;
}
