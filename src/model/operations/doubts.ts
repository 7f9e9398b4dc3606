/** Members in doubt and decisions about them, for the API and the commands. Types only. */
import type { Page, PageRequest } from '../access.ts';
import type { DoubtDecisionRequest, DoubtKind, ExplainedDoubt } from '../doubt.ts';
import type { Run } from '../run.ts';

/** Team, name of the group, username. */
export type DoubtKey = readonly [string, string, string];

export interface DoubtListRequest extends PageRequest<DoubtKey> {
  /** Default: all directories, including those that are no longer configured. */
  readonly directories?: readonly string[] | undefined;
  readonly kind?: DoubtKind | undefined;
  /** The id of an AccessGroup. */
  readonly group?: number | undefined;
  /** A username. */
  readonly user?: string | undefined;
}

export interface DoubtOperations {
  /** Sorted by team, group and username. */
  list(page: DoubtListRequest): Promise<Page<ExplainedDoubt, DoubtKey>>;
  /**
   * Returns the queued run that removes the members, or undefined if they stay. Throws RefusedError if a user is not in
   * doubt, if the decision was made before, or if no run could remove the members.
   */
  decide(decision: DoubtDecisionRequest): Promise<Run | undefined>;
}
