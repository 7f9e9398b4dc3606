/** Dependencies of the routes about members in doubt. Types only. */
import type { Page, PageRequest } from '../../model/access.ts';
import type { DoubtDecisionRequest, DoubtKind, ExplainedDoubt } from '../../model/doubt.ts';
import type { Run } from '../../model/run.ts';

/** Team, name of the group, username. */
export type DoubtKey = readonly [string, string, string];

export interface DoubtListRequest extends PageRequest<DoubtKey> {
  /** Default: all directories, including those that are no longer configured. */
  readonly directories?: readonly string[] | undefined;
  readonly kind?: DoubtKind | undefined;
}

export interface DoubtDeps {
  /** Sorted by team, group and username. */
  list(page: DoubtListRequest): Promise<Page<ExplainedDoubt, DoubtKey>>;
  /**
   * Returns the queued run that removes the members, or undefined if they stay. Throws RefusedError if a user is not in
   * doubt (any more), if the decision was made before, or if no run could remove the members.
   */
  decide(decision: DoubtDecisionRequest): Promise<Run | undefined>;
}
