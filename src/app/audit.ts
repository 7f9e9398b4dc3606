/** History, as the API and the commands ask for it. */
import type { AuditDeps } from '../http/deps/audit.ts';
import { listAudit, streamAudit } from '../store/audit/list.ts';
import type { Database } from '../store/database.ts';

export type Audit = AuditDeps;

/** The questions, as functions of the database. */
export function auditOf(db: Database): Audit {
  return {
    list: wish => listAudit(db, wish),
    stream: filter => streamAudit(db, filter),
  };
}
