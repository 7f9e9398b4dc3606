/** History, as the API and the commands ask for it and take it back. */

import { UsageError } from '../errors.ts';
import type { AuditDeps } from '../http/deps/audit.ts';
import { previewRevert, type RevertPorts, revertRun } from '../jobs/revert-run.ts';
import type { AuditFilter, MemberAt } from '../model-audit.ts';
import { listAudit, streamAudit } from '../store/audit/list.ts';
import { namedMembersAt } from '../store/audit/members-at.ts';
import { runMembers } from '../store/audit/run-members.ts';
import { isTailCursor, tailAudit } from '../store/audit/tail.ts';
import { runChanges } from '../store/runs.ts';

export interface Audit extends AuditDeps {
  /** Who was in a group at an instant, or in which groups a user was. Throws RefusedError for names that nobody bears. */
  membersAt(names: AuditFilter, at: Date): Promise<readonly MemberAt[]>;
}

/** The questions, as functions of the database. */
export function auditOf({ db, directories }: RevertPorts): Audit {
  return {
    list: wish => listAudit(db, wish),
    stream: filter => streamAudit(db, filter),
    tail(filter, after) {
      if (isTailCursor(after)) return tailAudit(db, filter, after);
      throw new UsageError(`"${after}" is no cursor: take one from a line that --after printed, or "start"`);
    },
    membersAt: (names, at) => namedMembersAt(db, names, at),
    runChanges: (run, wish) => runChanges(db, run, wish),
    runMembers: (run, wish) => runMembers(db, run, wish),
    previewRevert: run => previewRevert({ db, directories }, run),
    revert: (run, deciding) => revertRun({ db, directories }, run, deciding),
  };
}
