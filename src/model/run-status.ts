/** The life cycle of a run and of its groups: the statuses, and the sets of statuses that queries, pages and commands use. */

/** A process has claimed the run and renews its lease. */
export const LEASED = ['reading', 'planning'] as const;
/** The run occupies its directory: no other run of the directory is claimed. */
export const ACTIVE = [...LEASED, 'applying'] as const;
/** The run continues without a decision. */
export const OPEN = ['queued', ...ACTIVE] as const;
/** The run read its directory completely. */
export const READ = ['succeeded', 'partial', 'held'] as const;
/** The run has ended. `rejected`: by an administrator; `superseded`: a newer run replaced it. */
export const ENDED = ['succeeded', 'partial', 'failed', 'rejected', 'superseded'] as const;

export const RUN_STATUSES = [...OPEN, 'held', ...ENDED] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

/** What became of one group in a run. */
export const GROUP_OUTCOMES = [
  'pending',
  'applied',
  'unchanged',
  'superseded',
  'failed',
  'held',
  'rejected',
  'planned',
  'noted',
] as const;

export type GroupOutcome = (typeof GROUP_OUTCOMES)[number];

/**
 * A plan is not applied after this time: after an outage, or in a restored database, the directory may have changed since its
 * read.
 */
export const PLAN_MINUTES = 15;
