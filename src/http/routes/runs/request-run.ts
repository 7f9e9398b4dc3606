/** `POST /api/runs`: requests a run. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ManualRunRequest } from '../../../model/operations/runs.ts';
import type { Run } from '../../../model/run.ts';
import type { App, HttpDependencies } from '../../ports/http.ts';
import { callerOf } from '../../protocol/auth.ts';
import { Problem } from '../../protocol/problems.ts';
import { route } from '../../protocol/route.ts';
import { reason, text } from '../../schemas/inputs.ts';
import { runMode, runWithLocation } from '../../schemas/run.ts';

const body = z
  .strictObject({
    directory: text(200).meta({ description: 'The name of a configured directory.' }),
    group: text(2000).optional().meta({ description: 'DN or name of a group, to sync only this group.' }),
    user: text(2000).optional().meta({
      description:
        'Local username, or DN or username in the directory, to sync only this person, in all groups. Excludes group.',
    }),
    mode: runMode.default('apply'),
    acceptOlder: z.boolean().default(false).meta({
      description:
        'Trust a server that is behind the last complete read, because it was restored from a backup. Requires reason. Cannot be combined with group, user or mode plan.',
    }),
    reason: reason.optional().meta({ description: 'The reason for acceptOlder; recorded with the run.' }),
  })
  .refine(({ group, user }) => group === undefined || user === undefined, 'group and user exclude each other')
  .refine(
    ({ acceptOlder, reason: why }) => acceptOlder === (why !== undefined),
    'acceptOlder and reason require each other',
  )
  .refine(
    ({ acceptOlder, group, user, mode }) =>
      !acceptOlder || ((group ?? user) === undefined && mode === 'apply'),
    'acceptOlder applies to a whole directory: omit group, user and mode',
  );

const headers = z.looseObject({
  'idempotency-key': text(200)
    .optional()
    .meta({ description: 'Requests of the same caller with the same key return the same run.' }),
});

const accepted = runWithLocation(
  'The queued run. If a run for the same directory, group or user, and mode is already queued, the response is that run.',
);

export function addRequestRun(app: App, deps: HttpDependencies): void {
  app.post(
    '/api/runs',
    route('admin', {
      operationId: 'requestRun',
      summary: 'Request a run',
      tags: ['runs'],
      problems: [
        'unknown_directory',
        'unknown_user',
        'ambiguous_user',
        'idempotency_key_reused',
        'too_many_runs',
      ],
      headers,
      body,
      response: { 202: accepted },
    }),
    async (request, reply) => {
      const asked = runRequestOf(request.body, request.headers['idempotency-key'], callerOf(request).name);
      const { directory, mode, requestedBy: caller } = asked;
      const known = deps.directories();
      if (!known.includes(directory)) throw unknownDirectory(directory, known);
      const { run, created } = await deps.requestRun(asked);
      if (asked.requestKey !== undefined && !isFor(run, asked)) throw keyReused(run);
      request.log.info({ run: run.id, directory, mode, created, caller }, 'run requested');
      return reply.code(202).header('location', `/api/runs/${run.id}`).send(run);
    },
  );
}

function runRequestOf(
  input: z.output<typeof body>,
  key: string | undefined,
  caller: string,
): ManualRunRequest {
  const { directory, group, user, mode, reason: acceptOlder } = input;
  return {
    directory,
    ...(group === undefined ? {} : { group }),
    ...(user === undefined ? {} : { user }),
    mode,
    ...(acceptOlder === undefined ? {} : { acceptOlder }),
    requestedBy: caller,
    ...(key === undefined ? {} : { requestKey: requestKeyOf(caller, key) }),
  };
}

/**
 * Two callers may use the same key. A digest, because a name can contain any separator, and because the key of a scheduled run is
 * text in the same column.
 */
function requestKeyOf(caller: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([caller, key]))
    .digest('base64url');
}

function isFor(run: Run, asked: ManualRunRequest): boolean {
  const { directory, group, user, mode } = asked;
  return run.directory === directory && run.group === group && run.user === user && run.mode === mode;
}

function unknownDirectory(name: string, known: readonly string[]): Problem {
  return new Problem(
    'unknown_directory',
    `The directory ${JSON.stringify(name)} is not configured; configured: ${known.join(', ')}.`,
  );
}

function keyReused(run: Run): Problem {
  return new Problem(
    'idempotency_key_reused',
    `This Idempotency-Key was used for a different request (run ${run.id}). Use a new key.`,
  );
}
