/** Removes runs and audit that are older than the configuration keeps them, in small pieces. */
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

/** Removes what is too old, and says how much that was. Repeated or begun by two at once it does no harm. */
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
