/** `GET /api/status`, which contains no user, DN or host without a token, and `GET /api/processes`. */
import { z } from 'zod';
import type { Run } from '../../../model/run.ts';
import type { DirectoryStatus, Status } from '../../../model/status/status.ts';
import type { App, HttpDependencies } from '../../ports/http.ts';
import type { Caller } from '../../protocol/auth.ts';
import { route } from '../../protocol/route.ts';
import { answerPage, sliceOf, slicePage } from '../../schemas/paging.ts';
import { fullStatus, processList, publicStatus } from '../../schemas/status.ts';
import { secondsBetween } from './ages.ts';

const answer = z.union([fullStatus, publicStatus]).meta({
  description: 'Without a token, only the name, the status of the last run and the ages of each directory.',
});

export function addStatus(app: App, deps: HttpDependencies): void {
  app.get(
    '/api/status',
    {
      config: { access: 'public', problems: ['unavailable'] },
      schema: {
        operationId: 'status',
        summary: 'Show the status of the service and its directories',
        tags: ['status'],
        response: { 200: answer },
      },
    },
    async request => {
      const status = await deps.status();
      return request.caller
        ? { ...fullView(status, deps.now()), caller: callerView(request.caller, deps) }
        : { ...publicView(status, deps.now()), signInUrl: deps.oidc() && '/auth/sign-in' };
    },
  );
  app.get(
    '/api/processes',
    route('viewer', {
      operationId: 'listProcesses',
      summary: 'List the processes of the installation that reported within the last day',
      tags: ['status'],
      querystring: z.strictObject(slicePage),
      response: { 200: processList },
    }),
    async request => answerPage(sliceOf((await deps.status()).processes, request.query)),
  );
}

function callerView(caller: Caller, { trustedProxy }: HttpDependencies) {
  const logoutUrl = caller.signIn === 'proxy' ? trustedProxy()?.logoutUrl : undefined;
  return { ...caller, logoutUrl };
}

function fullView(status: Status, now: Date) {
  return {
    ...status,
    directories: status.directories.map(directory => ({ ...directory, ...ages(directory, now) })),
  };
}

function publicView(status: Status, now: Date) {
  return {
    directories: status.directories.map(directory => ({
      name: directory.name,
      lastRun: directory.lastRun && { status: directory.lastRun.status },
      ...ages(directory, now),
    })),
  };
}

function ages(directory: DirectoryStatus, now: Date) {
  return {
    lastRunAgeSeconds: secondsSince(directory.lastRun && lastTime(directory.lastRun), now),
    lastSuccessAgeSeconds: secondsSince(directory.lastSuccessAt, now),
  };
}

function lastTime(run: Run): Date {
  return run.finishedAt ?? run.startedAt ?? run.queuedAt;
}

function secondsSince(time: Date | undefined, now: Date): number | undefined {
  return time && Math.round(secondsBetween(time, now));
}
