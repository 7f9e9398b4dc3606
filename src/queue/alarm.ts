import { createTask } from 'node-cron';
import { silent } from './pattern.ts';

/** Rings once, at that instant (milliseconds since 1970) or when the clock has passed it; returns how to take it back. */
export function alarmAt(instant: number, ring: () => void): () => void {
  const at = new Date(instant);
  const time = `${at.getUTCSeconds()} ${at.getUTCMinutes()} ${at.getUTCHours()}`;
  // In UTC, where no instant is skipped or shown twice.
  const task = createTask(`${time} ${at.getUTCDate()} ${at.getUTCMonth() + 1} *`, ring, {
    timezone: 'UTC',
    maxExecutions: 1,
    missedExecutionTolerance: Number.POSITIVE_INFINITY,
    logger: silent,
  });
  void task.start();
  return () => void task.destroy();
}
