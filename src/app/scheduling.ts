/** The role scheduler: fires the schedules, puts back on its way what a dead process left, removes old history. */
import { messageOf } from '../errors.ts';
import { removeOld } from '../jobs/remove-old.ts';
import { resumeWork } from '../jobs/resume-work.ts';
import type { Log } from '../log.ts';
import { startSchedule } from '../queue/schedule.ts';
import { lastFire, scheduleKey } from '../store/last-fire.ts';
import { requestRun } from '../store/runs.ts';
import { alarmsOf } from './alarms.ts';
import type { Parts } from './parts.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Schedules until the stack is disposed of. */
export function startScheduling(parts: Parts, stack: AsyncDisposableStack): void {
  const { settings, db, queue, log } = parts;
  const { claimFire, enqueueRun } = queue;
  const fire = async (directory: string, fireTime: string) => {
    const requestKey = scheduleKey(directory, fireTime);
    const { run } = await requestRun(db, { directory, trigger: 'schedule', mode: 'apply', requestKey });
    await enqueueRun(run.id);
  };
  const ports = { claimFire, fire, lastFire: (directory: string) => lastFire(db, directory) };
  stack.adopt(startSchedule({ directories: settings.directories, ...ports }, log), schedule =>
    schedule.stop(),
  );
  startResuming(parts, stack);
  startRemoving(parts, stack);
}

/** Looks for work that was left lying, now and then, until the stack is disposed of. */
export function startResuming(parts: Parts, stack: AsyncDisposableStack): void {
  const { db, queue, log, pace } = parts;
  const { enqueueRun, enqueueBatches } = queue;
  const alarms = alarmsOf(parts);
  const resume = async () => {
    await resumeWork({ db, log, enqueueRun, enqueueBatches }, pace.leaseMs);
    await alarms.resume(pace.leaseMs);
  };
  stack.use(
    every(pace.resumeEveryMs, resume, { log, failure: 'work left by others could not be looked for' }),
  );
}

/** Removes old history once a day, whichever process comes first, until the stack is disposed of. */
export function startRemoving({ settings, db, queue, log }: Parts, stack: AsyncDisposableStack): void {
  const remove = async () => {
    const day = new Date().toISOString().slice(0, 10);
    if (await queue.claimFire(`retention:${day}`, DAY_MS)) await removeOld({ db, log }, settings.retention);
  };
  stack.use(every(HOUR_MS, remove, { log, failure: 'old history could not be removed' }));
}

/** Does `work` now and again after pauses, never overlapping itself. A failure is logged and the next turn comes. */
function every(
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
