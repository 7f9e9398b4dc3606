/** Starts, repeats and ends the alarms of all directories, and stores the notices for the webhooks. */
import type { Log } from '../log.ts';
import type { DirectorySettings } from '../model/settings.ts';
import type { AlarmFacts } from '../model/status/alarm.ts';
import { type NoticeSettings, noticesOf } from '../plan/report/alarm-messages.ts';
import { alarmSteps } from '../plan/report/alarm-steps.ts';
import { changeNotices } from '../plan/report/change-messages.ts';
import type { Database } from '../store/database/database.ts';
import { type AlarmDecision, updateAlarms } from '../store/status/alarms.ts';
import { noteChanges } from '../store/status/change-notices.ts';
import { staleNotices } from '../store/status/notices.ts';

export interface AlarmPorts extends NoticeSettings {
  readonly db: Database;
  readonly log: Log;
  readonly directories: readonly Pick<DirectorySettings, 'name' | 'doubtAlarmMs' | 'live' | 'liveAlarmMs'>[];
  readonly enqueueNotices: (notices: readonly string[]) => Promise<void>;
}

/**
 * Updates the alarms from the present state, so it also finds what an earlier call missed. Stores nothing if no webhook is
 * configured. If the queue is unavailable, `resumeNotices` enqueues the stored notices later.
 */
export async function raiseAlarms(ports: AlarmPorts): Promise<void> {
  const { db, log, directories, enqueueNotices } = ports;
  if (ports.webhooks.length === 0) return;
  const limits = new Map(directories.map(directory => [directory.name, directory]));
  const rule = (facts: AlarmFacts): AlarmDecision[] => {
    const limit = limits.get(facts.directory);
    const steps = limit === undefined ? [] : alarmSteps(facts, limit);
    return steps.map(step => ({ step, notices: noticesOf(facts, step, ports) }));
  };
  const notices = await updateAlarms(db, [...limits.keys()], rule);
  if (notices.length === 0) return;
  log.info({ notices: notices.length }, 'notices stored');
  await enqueueNotices(notices);
}

/** Notifies the webhooks that ask for it of the memberships that changed since their last message. */
export async function reportChanges(ports: AlarmPorts): Promise<void> {
  const { db, log, publicUrl, enqueueNotices } = ports;
  for (const webhook of ports.webhooks) {
    if (!webhook.events.includes('changed')) continue;
    const notices = await noteChanges(db, webhook.name, (changes, facts) =>
      changeNotices(webhook, changes, { publicUrl, ...facts }),
    );
    if (notices.length === 0) continue;
    log.info({ notices: notices.length, webhook: webhook.name }, 'membership changes are reported');
    await enqueueNotices(notices);
  }
}

/** Enqueues notices again that had no attempt for `olderThanMs`. The queue ignores those that it still has. */
export async function resumeNotices(
  { db, enqueueNotices }: Pick<AlarmPorts, 'db' | 'enqueueNotices'>,
  olderThanMs: number,
): Promise<void> {
  const notices = await staleNotices(db, { olderThanMs });
  if (notices.length > 0) await enqueueNotices(notices);
}
