/** A timer for one instant of the wall clock. */
import { createTask } from 'node-cron';
import { silent } from './cron-pattern.ts';

/**
 * Calls `ring` once, at `instant` (milliseconds since 1970) or when the clock has passed it. Returns a cancel function.
 */
export function alarmAt(instant: number, ring: () => void): () => void {
  const at = new Date(instant);
  const time = `${at.getUTCSeconds()} ${at.getUTCMinutes()} ${at.getUTCHours()}`;
  // UTC has no skipped or repeated local times.
  const task = createTask(`${time} ${at.getUTCDate()} ${at.getUTCMonth() + 1} *`, ring, {
    timezone: 'UTC',
    maxExecutions: 1,
    missedExecutionTolerance: Number.POSITIVE_INFINITY,
    logger: silent,
  });
  void task.start();
  return () => void task.destroy();
}
