/** The probes and metrics, which every instance serves: /livez, /readyz and /metrics. */
import { messageOf } from '../../errors.ts';
import type { ProbeDependencies } from '../../http/ports/http.ts';
import { buildProbes } from '../../http/server.ts';
import type { ConfigurationOperations } from '../../model/operations/configuration.ts';
import type { Role } from '../../model/settings.ts';
import type { Status } from '../../model/status/status.ts';
import { VERSION } from '../../version.ts';
import type { AppContext } from '../context.ts';
import { installationStatus } from '../operations/status.ts';
import { readiness } from './readiness.ts';
import { shareAnswers } from './share-answers.ts';

/** The process that answers. */
export interface ServingProcess {
  readonly roles: readonly Role[];
  readonly configuration: ConfigurationOperations;
}

/** The answers of this process to its probes and metrics. */
export function probesOf(context: AppContext, process: ServingProcess): ProbeDependencies {
  const startedAt = Date.now();
  return {
    log: context.log,
    now: () => new Date(),
    readiness: () => readiness(context),
    status: shareAnswers(() => status(context, process, startedAt)),
  };
}

/**
 * Serves the probes of an instance without the role http. Several such instances on one machine share `http.port`: the
 * first one has it, and the others log that they serve no probes.
 */
export async function startProbes(
  context: AppContext,
  process: ServingProcess,
  stack: AsyncDisposableStack,
): Promise<void> {
  const { host, port } = context.current.settings.http;
  const server = stack.adopt(buildProbes(probesOf(context, process)), opened => opened.close());
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
  { db, queue, current, log }: AppContext,
  { roles, configuration }: ServingProcess,
  startedAt: number,
): Promise<Status> {
  const counts = await queue.counts().catch(error => {
    log.warn({ reason: messageOf(error) }, 'the queue is unavailable; the status omits its counts');
    return undefined;
  });
  const known = await installationStatus(db, current.settings, { queueAnswers: counts !== undefined });
  const uptimeSeconds = Math.round((Date.now() - startedAt) / 1000);
  return { version: VERSION, uptimeSeconds, roles, reloads: configuration.counts(), ...known, queue: counts };
}
