/** The background service: starts its roles, and drains them when it is asked to stop. */
import type { Log } from '../log.ts';
import { openQueue } from '../queue/queue.ts';
import type { Role, Settings } from '../settings.ts';
import { VERSION } from '../version.ts';
import { requireIdAttributes } from './identity.ts';
import { type Pace, STEADY } from './pace.ts';
import { openRecords } from './records.ts';
import { startScheduling } from './scheduling.ts';
import { startHttp } from './web.ts';
import { startWork } from './work.ts';

export interface Service extends AsyncDisposable {
  /** Where the console is; undefined without the role http. */
  readonly url: string | undefined;
  /** Takes no more work, finishes what was begun, closes everything in reverse order. Repeating it does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts the roles. Throws UnavailableError when the database, its schema or the queue are not there, and ConfigError
 * when a directory is to be read with another identity attribute than what is linked was found by.
 */
export async function serve(
  settings: Settings,
  { roles, log, pace = STEADY }: { roles: readonly Role[]; log: Log; pace?: Pace },
): Promise<Service> {
  await using stack = new AsyncDisposableStack();
  const { db } = stack.use(await openRecords(settings));
  await requireIdAttributes(db, settings);
  const queue = stack.adopt(await openQueue(settings, log), opened => opened.close());
  const parts = { settings, db, queue, log, pace };
  const url = roles.includes('http') ? await startHttp(parts, roles, stack) : undefined;
  if (roles.includes('worker')) stack.use(await startWork(parts));
  if (roles.includes('scheduler')) startScheduling(parts, stack);
  log.info({ roles, url, version: VERSION }, 'rollcall is running');
  const kept = stack.move();
  const stop = () => kept.disposeAsync();
  return { url, stop, [Symbol.asyncDispose]: stop };
}
