/** Every process of the service reports that it is alive. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { messageOf } from '../../errors.ts';
import type { Role } from '../../model/settings.ts';
import { endProcess, REPORT_MS, reportProcess } from '../../store/status/processes.ts';
import { VERSION } from '../../version.ts';
import type { AppContext } from '../context.ts';
import { every } from './every.ts';

/**
 * Reports the process with its roles, until the stack is disposed. The first report precedes every answer of the process,
 * so that its status does not call itself dead.
 */
export async function startReports(
  { db, log }: Pick<AppContext, 'db' | 'log'>,
  roles: readonly Role[],
  stack: AsyncDisposableStack,
): Promise<void> {
  const process = { id: randomUUID(), name: nameOf(), roles, version: VERSION };
  const failure = 'the process could not report that it is alive; will retry';
  const warn = (error: unknown) => log.warn({ reason: messageOf(error) }, failure);
  await reportProcess(db, process).catch(warn);
  stack.defer(() => endProcess(db, process).catch(warn));
  stack.use(every(REPORT_MS, () => reportProcess(db, process), { log, failure }));
}

function nameOf(): string {
  return `${hostname()}:${process.pid}`;
}
