/** The role scheduler: fires the schedules, and puts back on its way what a dead process left. */
import { messageOf } from '../errors.ts';
import { resumeWork } from '../jobs/resume-work.ts';
import type { Log } from '../log.ts';
import { startSchedule } from '../queue/schedule.ts';
import { requestRun } from '../store/runs.ts';
import { LEASE_MS, type Parts } from './work.ts';

const RESUME_EVERY_MS = 15_000;

/** Schedules until the stack is disposed of. */
export function startScheduling({ settings, db, queue, log }: Parts, stack: AsyncDisposableStack): void {
  const { claimFire, enqueueRun, enqueueBatches } = queue;
  const fire = async (directory: string, fireTime: string) => {
    const requestKey = `schedule:${directory}:${fireTime}`;
    const { run } = await requestRun(db, { directory, trigger: 'schedule', mode: 'apply', requestKey });
    await enqueueRun(run.id);
  };
  stack.adopt(startSchedule({ directories: settings.directories, claimFire, fire }, log), schedule =>
    schedule.stop(),
  );
  const resume = every(
    RESUME_EVERY_MS,
    () => resumeWork({ db, log, enqueueRun, enqueueBatches }, LEASE_MS),
    log,
  );
  stack.use(resume);
}

/** Repeats `work` with pauses, never overlapping itself. A failure is logged and the next turn comes. */
function every(pauseMs: number, work: () => Promise<void>, log: Log): AsyncDisposable {
  let turn: Promise<void> = Promise.resolve();
  let idle = true;
  const timer = setInterval(() => {
    if (!idle) return;
    idle = false;
    turn = work()
      .catch(error => log.warn({ reason: messageOf(error) }, 'work left by others could not be looked for'))
      .finally(() => {
        idle = true;
      });
  }, pauseMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await turn;
    },
  };
}
