import { z } from 'zod';
import type { GroupDetail } from '../../../model-access.ts';
import type { Act } from '../../../model-ownership.ts';
import { callerOf } from '../../auth.ts';
import type { OwnershipDeps } from '../../deps/ownership.ts';
import type { App } from '../../deps.ts';
import type { ProblemCode } from '../../problems.ts';
import { groupDetail } from '../../schemas/group.ts';
import { reason } from '../../schemas/inputs.ts';
import { groupPath } from '../../schemas/inputs-access.ts';
import { run } from '../../schemas/run.ts';

const why = z.strictObject({ reason });

const accepted = run.meta({
  description: 'The run, queued.',
  headers: { location: { type: 'string', description: 'Where to follow the run.' } },
});

/** `POST /api/groups/{id}/resync`: read this group now and make it true. */
export function addResync(app: App, deps: OwnershipDeps): void {
  app.post(
    '/api/groups/:id/resync',
    {
      config: {
        access: 'admin',
        problems: ['unknown_group', 'not_managed', 'frozen_group', 'directory_not_configured', 'unavailable'],
      },
      schema: {
        operationId: 'resyncGroup',
        summary: 'Resync one AccessGroup',
        tags: ['groups'],
        params: groupPath,
        response: { 202: accepted },
      },
    },
    async (request, reply) => {
      const by = callerOf(request).name;
      const queued = await deps.resync(request.params.id, by);
      request.log.info({ group: request.params.id, run: queued.id, caller: by }, 'resync requested');
      return reply.code(202).header('location', `/api/runs/${queued.id}`).send(queued);
    },
  );
}

/** `POST /api/groups/{id}/release`: the AccessGroup becomes manual, and stays so until it is adopted. */
export function addRelease(app: App, deps: OwnershipDeps): void {
  const empty = z
    .boolean()
    .default(false)
    .meta({ description: 'true: without its members, which end here.' });
  app.post(
    '/api/groups/:id/release',
    {
      config: { access: 'admin', problems: ['unknown_group', 'not_managed', 'unavailable'] },
      schema: {
        operationId: 'releaseGroup',
        summary: 'Take an AccessGroup out of the sync',
        tags: ['groups'],
        params: groupPath,
        body: why.extend({ empty }),
        response: { 200: groupDetail },
      },
    },
    async request => {
      const by = callerOf(request).name;
      const released = await deps.release(request.params.id, { ...request.body, by });
      request.log.info({ group: request.params.id, caller: by }, 'group released');
      return released;
    },
  );
}

/** `POST /api/groups/{id}/freeze`: the sync leaves the AccessGroup as it is. */
export function addFreeze(app: App, deps: OwnershipDeps): void {
  addAct(app, {
    act: 'freeze',
    summary: 'Have the sync leave an AccessGroup as it is',
    problem: 'not_managed',
    told: 'group frozen',
    change: (id, act) => deps.freeze(id, act),
  });
}

/** `POST /api/groups/{id}/unfreeze`: the sync goes on with the AccessGroup. */
export function addUnfreeze(app: App, deps: OwnershipDeps): void {
  addAct(app, {
    act: 'unfreeze',
    summary: 'Give a frozen AccessGroup back to the sync',
    problem: 'not_frozen',
    told: 'group no longer frozen',
    change: (id, act) => deps.unfreeze(id, act),
  });
}

interface GroupAct {
  /** Last part of the path. */
  readonly act: string;
  readonly summary: string;
  /** Where the state of the group forbids it. */
  readonly problem: ProblemCode;
  /** What the log says. */
  readonly told: string;
  readonly change: (id: number, act: Act) => Promise<GroupDetail>;
}

function addAct(app: App, { act, summary, problem, told, change }: GroupAct): void {
  app.post(
    `/api/groups/:id/${act}`,
    {
      config: { access: 'admin', problems: ['unknown_group', problem, 'unavailable'] },
      schema: {
        operationId: `${act}Group`,
        summary,
        tags: ['groups'],
        params: groupPath,
        body: why,
        response: { 200: groupDetail },
      },
    },
    async request => {
      const by = callerOf(request).name;
      const group = await change(request.params.id, { ...request.body, by });
      request.log.info({ group: request.params.id, caller: by }, told);
      return group;
    },
  );
}
