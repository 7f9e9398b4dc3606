/** Queries of the audit, and reverting runs, for the API and the commands. */
import { UsageError } from '../../errors.ts';
import { previewRevert, revertRun } from '../../jobs/revert-run.ts';
import type { Anchor, AuditFilter, MemberAt, Verification } from '../../model/audit.ts';
import type { AuditOperations } from '../../model/operations/audit.ts';
import type { Settings } from '../../model/settings.ts';
import { listAudit, streamAudit } from '../../store/audit/list.ts';
import { namedMembersAt } from '../../store/audit/members-at.ts';
import { runMembers } from '../../store/audit/run-members.ts';
import { isTailCursor, tailAudit } from '../../store/audit/tail.ts';
import { verifyAudit } from '../../store/audit/verify.ts';
import type { Database } from '../../store/database/database.ts';
import { runChanges } from '../../store/runs/request.ts';

export interface Audit extends AuditOperations {
  /** The members of a group, or the groups of a user, at an instant. Throws RefusedError for unknown names. */
  membersAt(names: AuditFilter, at: Date): Promise<readonly MemberAt[]>;
  /** Compares the audit with its seals, and the seals with anchors. */
  verify(anchors: readonly Anchor[]): Promise<Verification>;
}

interface AuditContext {
  readonly db: Database;
  readonly current: { readonly settings: Pick<Settings, 'directories'> };
}

/** Binds the queries to the database. */
export function auditOf({ db, current }: AuditContext): Audit {
  const ports = () => ({ db, directories: current.settings.directories });
  return {
    list: page => listAudit(db, page),
    stream: filter => streamAudit(db, filter),
    tail(filter, after) {
      if (isTailCursor(after)) return tailAudit(db, filter, after);
      throw new UsageError(
        `"${after}" is not a cursor: use "start", or the cursor of a line that --after printed`,
      );
    },
    membersAt: (names, at) => namedMembersAt(db, names, at),
    verify: anchors => verifyAudit(db, anchors),
    runChanges: (run, page) => runChanges(db, run, page),
    runMembers: (run, page) => runMembers(db, run, page),
    previewRevert: run => previewRevert(ports(), run),
    revert: (run, decision) => revertRun(ports(), run, decision),
  };
}
