/** The status of the installation: what the database knows of its directories, processes and webhooks. */

import type { Abandoned } from '../../model/ownership.ts';
import type { DirectorySettings, Settings } from '../../model/settings.ts';
import type { DirectoryStatus, Status, WebhookStatus } from '../../model/status/status.ts';
import { healthOf } from '../../plan/report/health.ts';
import { hasShadow } from '../../plan/shadow.ts';
import { nextFire } from '../../queue/schedule/cron.ts';
import { type Database, writeObstacle } from '../../store/database/database.ts';
import { abandonedDirectories } from '../../store/ownership/abandoned.ts';
import { lastFire } from '../../store/runs/last-fire.ts';
import { directoryStatus } from '../../store/status/directory-status.ts';
import { webhookStatus } from '../../store/status/notices.ts';
import { listProcesses } from '../../store/status/processes.ts';

/** The part of the status that is the same in every process. */
export type InstallationStatus = Omit<Status, 'version' | 'uptimeSeconds' | 'roles' | 'reloads' | 'queue'>;

/** The status without the queue. `queueAnswers`: false if the caller asked the queue and got no answer. */
export async function installationStatus(
  db: Database,
  settings: Settings,
  { queueAnswers = true } = {},
): Promise<InstallationStatus> {
  const [directories, abandoned, webhooks, processes, obstacle] = await Promise.all([
    directoriesOf(db, settings),
    abandonedOf(db, settings),
    webhooksOf(db, settings),
    listProcesses(db),
    writeObstacle(db),
  ]);
  const facts = { directories, abandoned, webhooks, processes, obstacle };
  const health = healthOf({ ...facts, queueAnswers }, new Date());
  return { health, ...facts, writable: obstacle === undefined };
}

/** The status of every configured directory, with the times of its schedule. */
async function directoriesOf(db: Database, { directories }: Settings): Promise<DirectoryStatus[]> {
  const found = await directoryStatus(
    db,
    directories.map(directory => directory.name),
  );
  const settings = new Map(directories.map(directory => [directory.name, directory]));
  return Promise.all(
    found.map(async status => {
      const directory = settings.get(status.name);
      const watch = directory?.live === 'off' ? undefined : status.watch;
      const freshUntil = freshUntilOf(status, directory);
      const shadow = directory && hasShadow(directory) ? status.shadow : undefined;
      return { ...status, watch, freshUntil, shadow, ...(await scheduleOf(db, directory)) };
    }),
  );
}

/** A scheduler starts a run within a second, and the clocks of two machines differ by less than this. */
const LATE_MS = 60_000;

/** The next scheduled start, and the first one that is late. */
async function scheduleOf(
  db: Database,
  directory: DirectorySettings | undefined,
): Promise<Pick<DirectoryStatus, 'nextRunAt' | 'overdueSince'>> {
  if (directory === undefined) return { nextRunAt: undefined, overdueSince: undefined };
  const { name, schedule, timezone } = directory;
  const last = await lastFire(db, name);
  const due = last && nextFire(schedule, timezone, new Date(last.at));
  const isLate = due !== undefined && due.getTime() < Date.now() - LATE_MS;
  return { nextRunAt: nextFire(schedule, timezone), overdueSince: isLate ? due : undefined };
}

function freshUntilOf(
  { currentAt }: Pick<DirectoryStatus, 'currentAt'>,
  directory: DirectorySettings | undefined,
): Date | undefined {
  if (currentAt === undefined || directory?.freshnessMs === undefined) return undefined;
  return new Date(currentAt.getTime() + directory.freshnessMs);
}

/** Directories that own AccessGroups but are no longer configured. */
export function abandonedOf(db: Database, { directories }: Settings): Promise<readonly Abandoned[]> {
  return abandonedDirectories(
    db,
    directories.map(({ name }) => name),
  );
}

/** The delivery status of every configured webhook. */
function webhooksOf(db: Database, { notify }: Settings): Promise<WebhookStatus[]> {
  return webhookStatus(
    db,
    notify.webhooks.map(({ name }) => name),
  );
}
