/** The life of a run: its statuses, and the sets of them that statements, pages and commands ask for. */

/** A process has claimed the run and renews its lease. */
export const LEASED = ['reading', 'planning'] as const;
/** The run occupies its directory: no other run of the directory is claimed. */
export const ACTIVE = [...LEASED, 'applying'] as const;
/** The run goes on without a decision. */
export const OPEN = ['queued', ...ACTIVE] as const;
/** The run read its directory to the end. */
export const READ = ['succeeded', 'partial', 'held'] as const;
/** The run is over. `rejected`: by a person; `superseded`: a newer run made it pointless. */
export const ENDED = ['succeeded', 'partial', 'failed', 'rejected', 'superseded'] as const;

export const RUN_STATUSES = [...OPEN, 'held', ...ENDED] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];
