import { z } from 'zod';
import { callerOf } from '../../auth.ts';
import type { OwnershipDeps } from '../../deps/ownership.ts';
import type { App } from '../../deps.ts';
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
  app.post(
    '/api/groups/:id/freeze',
    {
      config: { access: 'admin', problems: ['unknown_group', 'not_managed', 'unavailable'] },
      schema: {
        operationId: 'freezeGroup',
        summary: 'Have the sync leave an AccessGroup as it is',
        tags: ['groups'],
        params: groupPath,
        body: why,
        response: { 200: groupDetail },
      },
    },
    async request => {
      const by = callerOf(request).name;
      const frozen = await deps.freeze(request.params.id, { ...request.body, by });
      request.log.info({ group: request.params.id, caller: by }, 'group frozen');
      return frozen;
    },
  );
}

/** `POST /api/groups/{id}/unfreeze`: the sync goes on with the AccessGroup. */
export function addUnfreeze(app: App, deps: OwnershipDeps): void {
  app.post(
    '/api/groups/:id/unfreeze',
    {
      config: { access: 'admin', problems: ['unknown_group', 'not_frozen', 'unavailable'] },
      schema: {
        operationId: 'unfreezeGroup',
        summary: 'Give a frozen AccessGroup back to the sync',
        tags: ['groups'],
        params: groupPath,
        body: why,
        response: { 200: groupDetail },
      },
    },
    async request => {
      const by = callerOf(request).name;
      const group = await deps.unfreeze(request.params.id, { ...request.body, by });
      request.log.info({ group: request.params.id, caller: by }, 'group no longer frozen');
      return group;
    },
  );
}
