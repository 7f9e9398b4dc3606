/** Reports periodically that this process of the service is alive. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { messageOf } from '../../errors.ts';
import type { Role } from '../../model/settings.ts';
import { endProcess, REPORT_MS, type Reporter, reportProcess } from '../../store/status/processes.ts';
import { VERSION } from '../../version.ts';
import type { AppContext } from '../context.ts';
import { every } from './every.ts';

/**
 * Reports the process with its roles, until the stack is disposed. The first report is written before the process answers
 * a request, so that its status shows itself as alive. Resolves with the process.
 */
export async function startReports(
  { db, log }: Pick<AppContext, 'db' | 'log'>,
  roles: readonly Role[],
  stack: AsyncDisposableStack,
): Promise<Reporter> {
  const name = `${hostname()}:${process.pid}`;
  const reporter = { id: randomUUID(), name, roles, version: VERSION };
  const failure = 'the process could not report that it is alive; will retry';
  const warn = (error: unknown) => log.warn({ reason: messageOf(error) }, failure);
  await reportProcess(db, reporter).catch(warn);
  stack.defer(() => endProcess(db, reporter).catch(warn));
  stack.use(every(REPORT_MS, () => reportProcess(db, reporter), { log, failure }));
  return reporter;
}
