/** Periodic work of a process. */
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';

/** Calls `work` now and periodically, never twice at the same time. Logs a failure and continues. */
export function every(
  pauseMs: number,
  work: () => Promise<void>,
  { log, failure }: { readonly log: Log; readonly failure: string },
): AsyncDisposable {
  let turn: Promise<void> = Promise.resolve();
  let idle = true;
  const next = () => {
    if (!idle) return;
    idle = false;
    turn = work()
      .catch(error => log.warn({ reason: messageOf(error) }, failure))
      .finally(() => {
        idle = true;
      });
  };
  next();
  const timer = setInterval(next, pauseMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await turn;
    },
  };
}
