/**
 * `GET /readyz`: answers 503 with the parts that are not ready. Messages may contain host names, so without a token the
 * answer contains only the subjects. The log has the messages, once each time readiness is lost.
 */
import { z } from 'zod';
import type { Finding } from '../../../model/run.ts';
import type { App, ProbeDependencies } from '../../ports/http.ts';
import { Problem, type Reason } from '../../protocol/problems.ts';

const ready = z
  .object({ status: z.literal('ready') })
  .meta({ description: 'PostgreSQL and the queue answer, and the migrations are at head.' });

export function addReadyz(app: App, deps: ProbeDependencies): void {
  const note = readinessNotes(deps);
  app.get(
    '/readyz',
    {
      config: { access: 'probe', problems: ['not_ready', 'unavailable'] },
      schema: { operationId: 'readyz', summary: 'Readiness', tags: ['probes'], response: { 200: ready } },
      handlerTimeout: 5_000,
    },
    async request => {
      const failures = (await deps.readiness()).filter(finding => finding.level === 'fail');
      note(failures);
      if (failures.length === 0) return { status: 'ready' as const };
      const subjects = failures.map(failure => failure.subject).join(', ');
      throw new Problem('not_ready', `Not ready: ${subjects}.`, {
        reasons: failures.map(failure => reasonOf(failure, request.caller !== null)),
      });
    },
  );
}

function reasonOf({ subject, message, fix }: Finding, trusted: boolean): Reason {
  return trusted ? { subject, message, fix } : { subject };
}

function readinessNotes({ log }: ProbeDependencies): (failures: readonly Finding[]) => void {
  let before = '';
  return failures => {
    const now = failures.map(({ subject, message }) => `${subject}: ${message}`).join('; ');
    if (now === before) return;
    if (failures.length > 0) log.warn({ failures }, 'not ready');
    else log.info('ready again');
    before = now;
  };
}
