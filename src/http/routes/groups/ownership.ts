/** Routes that resync, release, freeze and unfreeze a managed group. */
import { z } from 'zod';
import type { GroupDetail } from '../../../model/access.ts';
import type { OwnershipOperations } from '../../../model/operations/ownership.ts';
import type { Act } from '../../../model/ownership.ts';
import type { App } from '../../ports/http.ts';
import { callerOf } from '../../protocol/auth.ts';
import type { ProblemCode } from '../../protocol/problems.ts';
import { route } from '../../protocol/route.ts';
import { groupDetail } from '../../schemas/group.ts';
import { reason } from '../../schemas/inputs.ts';
import { groupPath } from '../../schemas/paging.ts';
import { runWithLocation } from '../../schemas/run.ts';

const why = z.strictObject({ reason });

const accepted = runWithLocation('The queued run.');

/** `POST /api/groups/{id}/resync`: queues a run of this group. */
export function addResync(app: App, deps: OwnershipOperations): void {
  app.post(
    '/api/groups/:id/resync',
    route('admin', {
      operationId: 'resyncGroup',
      summary: 'Resync an AccessGroup',
      tags: ['groups'],
      problems: ['unknown_group', 'not_managed', 'frozen_group', 'directory_not_configured'],
      params: groupPath,
      response: { 202: accepted },
    }),
    async (request, reply) => {
      const by = callerOf(request).name;
      const queued = await deps.resync(request.params.id, by);
      request.log.info({ group: request.params.id, run: queued.id, caller: by }, 'resync requested');
      return reply.code(202).header('location', `/api/runs/${queued.id}`).send(queued);
    },
  );
}

/** `POST /api/groups/{id}/release`: makes the AccessGroup manual until it is adopted. */
export function addRelease(app: App, deps: OwnershipOperations): void {
  const empty = z.boolean().default(false).meta({ description: 'true: also remove the members.' });
  app.post(
    '/api/groups/:id/release',
    route('admin', {
      operationId: 'releaseGroup',
      summary: 'Make a managed AccessGroup manual',
      tags: ['groups'],
      problems: ['unknown_group', 'not_managed'],
      params: groupPath,
      body: why.extend({ empty }),
      response: { 200: groupDetail },
    }),
    async request => {
      const by = callerOf(request).name;
      const released = await deps.release(request.params.id, { ...request.body, by });
      request.log.info({ group: request.params.id, caller: by }, 'group released');
      return released;
    },
  );
}

/** `POST /api/groups/{id}/freeze`: excludes the AccessGroup from the sync. */
export function addFreeze(app: App, deps: OwnershipOperations): void {
  addAct(app, {
    act: 'freeze',
    summary: 'Exclude an AccessGroup from the sync',
    problem: 'not_managed',
    logged: 'group frozen',
    change: (id, act) => deps.freeze(id, act),
  });
}

/** `POST /api/groups/{id}/unfreeze`: includes the AccessGroup in the sync again. */
export function addUnfreeze(app: App, deps: OwnershipOperations): void {
  addAct(app, {
    act: 'unfreeze',
    summary: 'Include a frozen AccessGroup in the sync again',
    problem: 'not_frozen',
    logged: 'group unfrozen',
    change: (id, act) => deps.unfreeze(id, act),
  });
}

interface GroupAct {
  /** Last part of the path. */
  readonly act: string;
  readonly summary: string;
  /** The problem if the state of the group does not allow it. */
  readonly problem: ProblemCode;
  /** The log message. */
  readonly logged: string;
  readonly change: (id: number, act: Act) => Promise<GroupDetail>;
}

function addAct(app: App, { act, summary, problem, logged, change }: GroupAct): void {
  app.post(
    `/api/groups/:id/${act}`,
    route('admin', {
      operationId: `${act}Group`,
      summary,
      tags: ['groups'],
      problems: ['unknown_group', problem],
      params: groupPath,
      body: why,
      response: { 200: groupDetail },
    }),
    async request => {
      const by = callerOf(request).name;
      const group = await change(request.params.id, { ...request.body, by });
      request.log.info({ group: request.params.id, caller: by }, logged);
      return group;
    },
  );
}
