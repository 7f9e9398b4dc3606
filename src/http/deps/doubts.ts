/** What the routes about members in doubt are handed. Types only. */
import type { Page, PageWish } from '../../model-access.ts';
import type { DecidingDoubts, DoubtKind, ExplainedDoubt } from '../../model-doubt.ts';
import type { Run } from '../../run.ts';

/** Team, name of the group, username. */
export type DoubtKey = readonly [string, string, string];

export interface DoubtWish extends PageWish<DoubtKey> {
  /** Left out: every directory, also those that are no longer configured. */
  readonly directories?: readonly string[] | undefined;
  readonly kind?: DoubtKind | undefined;
}

export interface DoubtDeps {
  /** By team, group and username. */
  list(wish: DoubtWish): Promise<Page<ExplainedDoubt, DoubtKey>>;
  /**
   * With `remove`, the queued run that removes the members; undefined: they stay. Throws RefusedError where they are not in
   * doubt (any more), where that was decided before, and where no run would remove them.
   */
  decide(deciding: DecidingDoubts): Promise<Run | undefined>;
}
