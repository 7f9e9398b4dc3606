/** The role scheduler: starts scheduled runs, resumes the work of dead processes, seals the audit, and removes old history. */
import { removeOld } from '../../jobs/apply-retention.ts';
import { resumeWork } from '../../jobs/resume-work.ts';
import { sealAudit } from '../../jobs/seal-audit.ts';
import type { Settings } from '../../model/settings.ts';
import { startSchedule } from '../../queue/schedule/cron.ts';
import { lastFire, scheduleKey } from '../../store/runs/last-fire.ts';
import { requestRun } from '../../store/runs/request.ts';
import type { AppContext } from '../context.ts';
import { alarmsOf } from './alarms.ts';
import { every } from './every.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Starts the role. It runs until the stack is disposed. */
export function startSchedulerRole(context: AppContext, stack: AsyncDisposableStack): void {
  const { current, db, queue, log } = context;
  const { claimFire, enqueueRun } = queue;
  const fire = async (directory: string, fireTime: string) => {
    const requestKey = scheduleKey(directory, fireTime);
    const { run } = await requestRun(db, { directory, trigger: 'schedule', mode: 'apply', requestKey });
    await enqueueRun(run.id);
  };
  const ports = { claimFire, fire, lastFire: (directory: string) => lastFire(db, directory) };
  const start = () => startSchedule({ directories: current.settings.directories, ...ports }, log);
  let schedule = start();
  stack.defer(() => schedule.stop());
  stack.use(
    current.follow(async (next, before) => {
      if (schedulesOf(next) === schedulesOf(before)) return;
      await schedule.stop();
      schedule = start();
    }),
  );
  startRecovery(context, stack);
  startRetention(context, stack);
}

function schedulesOf({ directories }: Settings): string {
  return JSON.stringify(directories.map(({ name, schedule, timezone }) => [name, schedule, timezone]));
}

/** Periodically resumes the work of dead processes and seals the audit, until the stack is disposed. */
export function startRecovery(context: AppContext, stack: AsyncDisposableStack): void {
  const { db, queue, log, timings } = context;
  const { enqueueRun, enqueueBatches } = queue;
  const alarms = alarmsOf(context);
  const resume = async () => {
    await resumeWork({ db, log, enqueueRun, enqueueBatches }, timings.leaseMs);
    await alarms.resume(timings.leaseMs);
  };
  stack.use(
    every(timings.resumeEveryMs, resume, { log, failure: 'abandoned work could not be resumed; will retry' }),
  );
  const seal = () => sealNow(context);
  stack.use(
    every(timings.resumeEveryMs, seal, { log, failure: 'the audit could not be sealed; will retry' }),
  );
}

/** Seals the audit up to the oldest open transaction. */
export function sealNow({ current, db, queue, log }: AppContext): Promise<void> {
  const { enqueueNotices } = queue;
  return sealAudit({ db, log, webhooks: current.settings.notify.webhooks, enqueueNotices });
}

/** Removes old history once a day in one of the processes, until the stack is disposed. */
export function startRetention({ current, db, queue, log }: AppContext, stack: AsyncDisposableStack): void {
  const remove = async () => {
    const day = new Date().toISOString().slice(0, 10);
    if (await queue.claimFire(`retention:${day}`, DAY_MS))
      await removeOld({ db, log }, current.settings.retention);
  };
  stack.use(every(HOUR_MS, remove, { log, failure: 'old history could not be removed; will retry' }));
}
