/** What the routes about history are handed. Types only. */
import type { Page, PageWish } from '../../model-access.ts';
import type {
  AuditEntry,
  AuditFilter,
  AuditKey,
  AuditWish,
  Reverting,
  RunMember,
  RunMemberKey,
  RunMemberWish,
  Searched,
  TailedEntry,
} from '../../model-audit.ts';
import type { Deciding, Run, RunGroup } from '../../run.ts';

/** Taking back throws RefusedError where the state of things forbids it, NotFoundError where there is no such run. */
export interface AuditDeps {
  list(wish: AuditWish): Promise<Page<AuditEntry, AuditKey>>;
  /** Everything that the filter leaves, newest first, without holding it. */
  stream(filter: AuditFilter): AsyncIterable<AuditEntry>;
  /** What came behind a cursor, oldest first; `start`: everything. Throws UsageError for a cursor that is none. */
  tail(filter: AuditFilter, after: string): AsyncIterable<TailedEntry>;
  /** What a run changed or would change, group by group, in the order of its plan. */
  runChanges(
    run: number,
    wish: Searched<PageWish<readonly [number]>>,
  ): Promise<Page<RunGroup, readonly [number]>>;
  /** The same, member by member. */
  runMembers(run: number, wish: RunMemberWish): Promise<Page<RunMember, RunMemberKey>>;
  previewRevert(run: number): Promise<Reverting>;
  /** The run that took the other back, and holds what the guard stopped. undefined: there was nothing to take back. */
  revert(run: number, deciding: Deciding): Promise<Run | undefined>;
}
