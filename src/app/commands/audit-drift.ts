/** Checks whether the audit agrees with the memberships. */
import type { Finding } from '../../model/run.ts';
import { auditDrift } from '../../store/audit/drift.ts';
import { isFromOtherServer } from '../../store/audit/other-server.ts';
import { verifyAudit } from '../../store/audit/verify.ts';
import type { Database } from '../../store/database/database.ts';

/**
 * Reports a failure if the audit is from another server or differs from its seals. Reports a warning if a membership changed
 * without an audit entry, which only the owner of the tables can cause.
 */
export async function auditFinding(db: Database): Promise<Finding> {
  const subject = 'audit';
  if (await isFromOtherServer(db)) {
    return {
      subject,
      level: 'fail',
      message: 'was restored from another server: clients that follow it do not see its newest rows',
      fix: 'run "rollcall migrate up"',
    };
  }
  const { breaches } = await verifyAudit(db, []);
  if (breaches.length > 0) {
    const fix = 'run "rollcall audit verify"';
    return {
      subject,
      level: 'fail',
      message: 'does not agree with its seals: rows or seals were changed',
      fix,
    };
  }
  const drift = await auditDrift(db);
  const [first] = drift;
  if (first === undefined) return { subject, level: 'ok', message: 'agrees with the current memberships' };
  const groups = [...new Set(drift.map(({ groupId }) => groupId))].slice(0, 5).join(', ');
  return {
    subject,
    level: 'warn',
    message: `${drift.length === 100 ? 'at least ' : ''}${drift.length} memberships changed without an audit entry, in AccessGroups ${groups}`,
    fix: 'find out who disabled the triggers or restored a table; a full sync corrects managed groups',
  };
}
