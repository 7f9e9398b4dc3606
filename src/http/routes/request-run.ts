import { z } from 'zod';
import type { Run } from '../../run.ts';
import { callerOf } from '../auth.ts';
import type { App, HttpDeps, RunRequest } from '../deps.ts';
import { Problem } from '../problems.ts';
import { reason, text } from '../schemas/inputs.ts';
import { run, runMode } from '../schemas/run.ts';

const body = z
  .strictObject({
    directory: text(200).meta({ description: 'The name of a configured directory.' }),
    group: text(2000).optional().meta({ description: 'DN or name of the only group to resync.' }),
    mode: runMode.default('apply'),
    acceptOlder: z.boolean().default(false).meta({
      description:
        'Believe a server that is behind the last complete read, because the directory was restored from a backup. Needs a reason; not with group or mode plan.',
    }),
    reason: reason.optional().meta({ description: 'With acceptOlder: why; kept with the run.' }),
  })
  .refine(
    ({ acceptOlder, reason: why }) => acceptOlder === (why !== undefined),
    'acceptOlder and reason go together',
  )
  .refine(
    ({ acceptOlder, group, mode }) => !acceptOlder || (group === undefined && mode === 'apply'),
    'acceptOlder is about the whole directory: leave group and mode out',
  );

const headers = z.looseObject({
  'idempotency-key': text(200)
    .optional()
    .meta({ description: 'The same key with the same token always gets the same run back.' }),
});

const accepted = run.meta({
  description: 'The run, queued. While one is queued for the same directory, group and mode, it is that one.',
  headers: { location: { type: 'string', description: 'Where to follow the run.' } },
});

/** `POST /api/runs`: manual resync. */
export function addRequestRun(app: App, deps: HttpDeps): void {
  app.post(
    '/api/runs',
    {
      config: {
        access: 'admin',
        problems: ['unknown_directory', 'idempotency_key_reused', 'unavailable'],
      },
      schema: {
        operationId: 'requestRun',
        summary: 'Ask for a run',
        tags: ['runs'],
        headers,
        body,
        response: { 202: accepted },
      },
    },
    async (request, reply) => {
      const wish = wishOf(request.body, request.headers['idempotency-key'], callerOf(request).name);
      const { directory, mode, requestedBy: caller } = wish;
      if (!deps.directories.includes(directory)) throw unknownDirectory(directory, deps.directories);
      const { run, created } = await deps.requestRun(wish);
      if (wish.requestKey !== undefined && !isFor(run, wish)) throw keyReused(run);
      request.log.info({ run: run.id, directory, mode, created, caller }, 'run requested');
      return reply.code(202).header('location', `/api/runs/${run.id}`).send(run);
    },
  );
}

function wishOf(input: z.output<typeof body>, key: string | undefined, token: string): RunRequest {
  const { directory, group, mode, reason: acceptOlder } = input;
  return {
    directory,
    ...(group === undefined ? {} : { group }),
    mode,
    ...(acceptOlder === undefined ? {} : { acceptOlder }),
    requestedBy: token,
    // two tokens may well choose the same key
    ...(key === undefined ? {} : { requestKey: `${token}:${key}` }),
  };
}

function isFor(run: Run, wish: RunRequest): boolean {
  return run.directory === wish.directory && run.group === wish.group && run.mode === wish.mode;
}

function unknownDirectory(name: string, known: readonly string[]): Problem {
  return new Problem(
    'unknown_directory',
    `No directory is called ${JSON.stringify(name)}; configured: ${known.join(', ')}.`,
  );
}

function keyReused(run: Run): Problem {
  return new Problem(
    'idempotency_key_reused',
    `This Idempotency-Key was used for another request, which got run ${run.id}. Choose a new key.`,
  );
}
