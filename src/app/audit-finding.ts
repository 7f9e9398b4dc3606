/** Whether the audit and the memberships say the same. */
import type { Finding } from '../run.ts';
import { auditDrift } from '../store/audit/drift.ts';
import type { Database } from '../store/database.ts';

/** A warning where a membership came or went past the audit, as the owner of the tables can have it. */
export async function auditFinding(db: Database): Promise<Finding> {
  const subject = 'audit';
  const drift = await auditDrift(db);
  const [first] = drift;
  if (first === undefined) return { subject, level: 'ok', message: 'replays to the memberships there are' };
  const groups = [...new Set(drift.map(({ groupId }) => groupId))].slice(0, 5).join(', ');
  return {
    subject,
    level: 'warn',
    message: `${drift.length === 100 ? 'at least ' : ''}${drift.length} memberships came or went past it, in AccessGroups ${groups}`,
    fix: 'find out who switched the triggers off or restored a table; a full sync puts managed groups right',
  };
}
