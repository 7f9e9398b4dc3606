/** Queries of the audit, and reverting runs, for the API and the commands. Types only. */
import type { Page } from '../access.ts';
import type {
  AuditEntry,
  AuditFilter,
  AuditKey,
  AuditRequest,
  RevertPreview,
  RunChangeRequest,
  RunMember,
  RunMemberKey,
  RunMemberRequest,
  TailedEntry,
} from '../audit.ts';
import type { DecisionRequest, Run, RunGroup } from '../run.ts';

/** Reverting throws RefusedError if the current state does not allow it, NotFoundError if the run does not exist. */
export interface AuditOperations {
  list(page: AuditRequest): Promise<Page<AuditEntry, AuditKey>>;
  /** Streams all matching entries, newest first, without keeping them in memory. */
  stream(filter: AuditFilter): AsyncIterable<AuditEntry>;
  /** Entries after a cursor, oldest first; `start` yields all. Throws UsageError for an invalid cursor. */
  tail(filter: AuditFilter, after: string): AsyncIterable<TailedEntry>;
  /** The changes of a run by group, in the order of its plan. */
  runChanges(run: number, page: RunChangeRequest): Promise<Page<RunGroup, readonly [number]>>;
  /** The changes of a run by member. */
  runMembers(run: number, page: RunMemberRequest): Promise<Page<RunMember, RunMemberKey>>;
  previewRevert(run: number): Promise<RevertPreview>;
  /** Returns the run that reverted the other one; the guard may hold its removals. Undefined: no changes to revert. */
  revert(run: number, decision: DecisionRequest): Promise<Run | undefined>;
}
