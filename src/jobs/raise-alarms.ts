/** Looks at every directory and writes down what people have to be told. Finds what an earlier look missed. */
import type { Log } from '../log.ts';
import type { AlarmFacts } from '../model/alarm.ts';
import type { DirectorySettings } from '../model/settings.ts';
import { type NoticeSettings, noticesOf } from '../plan/report/alarm-messages.ts';
import { alarmSteps } from '../plan/report/alarm-steps.ts';
import type { Database } from '../store/database/database.ts';
import { type AlarmDecision, updateAlarms } from '../store/status/alarms.ts';
import { staleNotices } from '../store/status/notices.ts';

export interface AlarmPorts extends NoticeSettings {
  readonly db: Database;
  readonly log: Log;
  readonly directories: readonly Pick<DirectorySettings, 'name' | 'doubtAlarmMs'>[];
  readonly enqueueNotices: (notices: readonly string[]) => Promise<void>;
}

/**
 * Begins, repeats and ends alarms. What is written is delivered even if the queue is away: `resumeNotices` finds it.
 * Without a webhook there is nobody to tell, so nothing is written.
 */
export async function raiseAlarms(ports: AlarmPorts): Promise<void> {
  const { db, log, directories, enqueueNotices } = ports;
  if (ports.webhooks.length === 0) return;
  const limits = new Map(directories.map(directory => [directory.name, directory]));
  const rule = (standing: AlarmFacts): AlarmDecision[] => {
    const limit = limits.get(standing.directory);
    const steps = limit === undefined ? [] : alarmSteps(standing, limit);
    return steps.map(step => ({ step, notices: noticesOf(standing, step, ports) }));
  };
  const notices = await updateAlarms(db, [...limits.keys()], rule);
  if (notices.length === 0) return;
  log.info({ notices: notices.length }, 'people are told');
  await enqueueNotices(notices);
}

/** Puts notices back into the queue that nobody handed to it for `olderThanMs`. Harmless for those that it still has. */
export async function resumeNotices(
  { db, enqueueNotices }: Pick<AlarmPorts, 'db' | 'enqueueNotices'>,
  olderThanMs: number,
): Promise<void> {
  const notices = await staleNotices(db, { olderThanMs });
  if (notices.length > 0) await enqueueNotices(notices);
}
