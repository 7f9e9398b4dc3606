/** The probes and metrics, which every instance serves: /livez, /readyz and /metrics. */
import { messageOf } from '../../errors.ts';
import type { ProbeDependencies } from '../../http/ports/http.ts';
import { buildProbes } from '../../http/server.ts';
import type { Finding, Status } from '../../model/run.ts';
import type { Role } from '../../model/settings.ts';
import { isWritable } from '../../store/database/database.ts';
import { VERSION } from '../../version.ts';
import type { AppContext } from '../context.ts';
import {
  abandonedOf,
  databaseFinding,
  migrationsFinding,
  statusOf,
  webhooksOf,
} from '../operations/database.ts';
import { shareAnswers } from '../operations/share-answers.ts';

/** What the probes and the metrics of this process ask. */
export function probesOf(context: AppContext, roles: readonly Role[]): ProbeDependencies {
  const startedAt = Date.now();
  return {
    log: context.log,
    now: () => new Date(),
    readiness: () => readiness(context),
    status: shareAnswers(() => status(context, roles, startedAt)),
  };
}

/**
 * Serves the probes of an instance without the role http. Several such instances on one machine share `http.port`: the
 * first one has it, and the others log that they serve no probes.
 */
export async function startProbes(
  context: AppContext,
  roles: readonly Role[],
  stack: AsyncDisposableStack,
): Promise<void> {
  const { host, port } = context.settings.http;
  const server = stack.adopt(buildProbes(probesOf(context, roles)), opened => opened.close());
  try {
    await server.listen({ host, port });
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    const text = `port ${port} is in use, so this instance does not serve /livez, /readyz and /metrics: give it a configuration with another http.port`;
    context.log.warn(text);
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

async function status(
  { db, queue, settings, log }: AppContext,
  roles: readonly Role[],
  startedAt: number,
): Promise<Status> {
  const [directories, abandoned, webhooks, writable, counts] = await Promise.all([
    statusOf(db, settings),
    abandonedOf(db, settings),
    webhooksOf(db, settings),
    isWritable(db),
    queue.counts().catch(error => {
      log.warn({ reason: messageOf(error) }, 'the queue is unavailable; the status omits its counts');
      return undefined;
    }),
  ]);
  const uptimeSeconds = Math.round((Date.now() - startedAt) / 1000);
  return {
    version: VERSION,
    uptimeSeconds,
    roles,
    directories,
    abandoned,
    webhooks,
    writable,
    queue: counts,
  };
}

async function readiness({ db, queue }: AppContext): Promise<Finding[]> {
  const answers = async (subject: string, ask: () => Promise<Finding | undefined>): Promise<Finding> => {
    try {
      return (await ask()) ?? { subject, level: 'ok', message: 'answers' };
    } catch (error) {
      return { subject, level: 'fail', message: messageOf(error) };
    }
  };
  const [database, tasks] = await Promise.all([
    answers('database', () => databaseFinding(db)),
    answers('queue', async () => {
      await queue.ping();
      return undefined;
    }),
  ]);
  return database.level === 'fail' ? [database, tasks] : [database, tasks, await migrationsFinding(db)];
}
