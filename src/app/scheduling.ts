/** The role scheduler: fires the schedules, and puts back on its way what a dead process left. */
import { messageOf } from '../errors.ts';
import { resumeWork } from '../jobs/resume-work.ts';
import type { Log } from '../log.ts';
import { startSchedule } from '../queue/schedule.ts';
import { requestRun } from '../store/runs.ts';
import { LEASE_MS, type Parts } from './work.ts';

const RESUME_EVERY_MS = 15_000;

/** Schedules until the stack is disposed of. */
export function startScheduling(parts: Parts, stack: AsyncDisposableStack): void {
  const { settings, db, queue, log } = parts;
  const { claimFire, enqueueRun } = queue;
  const fire = async (directory: string, fireTime: string) => {
    const requestKey = `schedule:${directory}:${fireTime}`;
    const { run } = await requestRun(db, { directory, trigger: 'schedule', mode: 'apply', requestKey });
    await enqueueRun(run.id);
  };
  stack.adopt(startSchedule({ directories: settings.directories, claimFire, fire }, log), schedule =>
    schedule.stop(),
  );
  startResuming(parts, stack);
}

/** Looks for work that was left lying, now and then, until the stack is disposed of. */
export function startResuming({ db, queue, log }: Parts, stack: AsyncDisposableStack): void {
  const { enqueueRun, enqueueBatches } = queue;
  const resume = () => resumeWork({ db, log, enqueueRun, enqueueBatches }, LEASE_MS);
  stack.use(every(RESUME_EVERY_MS, resume, log));
}

/** Does `work` now and again after pauses, never overlapping itself. A failure is logged and the next turn comes. */
function every(pauseMs: number, work: () => Promise<void>, log: Log): AsyncDisposable {
  let turn: Promise<void> = Promise.resolve();
  let idle = true;
  const next = () => {
    if (!idle) return;
    idle = false;
    turn = work()
      .catch(error => log.warn({ reason: messageOf(error) }, 'work left by others could not be looked for'))
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
