/** Removes runs and audit rows that are older than the configured retention, in small transactions. */
import type { Log } from '../log.ts';
import type { RetentionSettings } from '../model/settings.ts';
import { type Borders, sealForRetention } from '../store/audit/replace-seals.ts';
import type { Database } from '../store/database/database.ts';
import {
  type AuditWalk,
  removeOldGroupChanges,
  removeOldMemberChanges,
  removeOldReloads,
  removeOldRuns,
  removeOldSeals,
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
  if (runsMs !== undefined) await removeOldReloads(db, runsMs);
  const runs = runsMs === undefined ? 0 : await untilNone(() => removeOldRuns(db, runsMs));
  const audit = auditMs === undefined ? 0 : await removeAudit(db, auditMs);
  if (runs + audit > 0) log.info({ runs, audit }, 'old history removed');
}

/** What stays is sealed first, so that the audit can be verified at any time. */
async function removeAudit(db: Database, auditMs: number): Promise<number> {
  const borders = await sealForRetention(db, auditMs);
  const members = await removeMemberChanges(db, borders);
  const groups = await untilNone(() => removeOldGroupChanges(db, borders));
  await removeOldSeals(db);
  return members + groups;
}

async function untilNone(removeSome: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let some = await removeSome(); some > 0; some = await removeSome()) total += some;
  return total;
}

async function removeMemberChanges(db: Database, borders: Borders): Promise<number> {
  let walk: AuditWalk = { lastId: 0, removed: 0 };
  for (let next: AuditWalk | undefined = walk; next !== undefined; ) {
    walk = next;
    next = await removeOldMemberChanges(db, borders, walk);
  }
  return walk.removed;
}
