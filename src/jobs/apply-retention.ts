/** Removes runs and audit rows that are older than the configured retention, in small transactions. */
import type { Log } from '../log.ts';
import type { RetentionSettings } from '../model/settings.ts';
import type { Database } from '../store/database/database.ts';
import {
  type AuditWalk,
  removeOldGroupChanges,
  removeOldMemberChanges,
  removeOldRuns,
} from '../store/runs/retention.ts';

export interface RemovePorts {
  readonly db: Database;
  readonly log: Log;
}

/** Removes old history and logs how much. Idempotent; several processes may do it at the same time. */
export async function removeOld(
  { db, log }: RemovePorts,
  { runsMs, auditMs }: RetentionSettings,
): Promise<void> {
  const runs = runsMs === undefined ? 0 : await untilNone(() => removeOldRuns(db, runsMs));
  const members = auditMs === undefined ? 0 : await removeMemberChanges(db, auditMs);
  const groups = auditMs === undefined ? 0 : await untilNone(() => removeOldGroupChanges(db, auditMs));
  if (runs + members + groups > 0) log.info({ runs, audit: members + groups }, 'old history removed');
}

async function untilNone(removeSome: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let some = await removeSome(); some > 0; some = await removeSome()) total += some;
  return total;
}

async function removeMemberChanges(db: Database, olderThanMs: number): Promise<number> {
  let walk: AuditWalk = { lastId: 0, removed: 0 };
  for (let next: AuditWalk | undefined = walk; next !== undefined; ) {
    walk = next;
    next = await removeOldMemberChanges(db, olderThanMs, walk);
  }
  return walk.removed;
}
