/** Held plans: what waits for the decision of a person, however many runs find it again. Types only. */
import type { Decision } from '../run.ts';

/**
 * `waiting`: for a decision. `approved`: a run that applies it is on its way. `applied`: that run has read the directory.
 * `superseded`: a newer run of the directory found something else.
 */
export const WAITING_STATES = ['waiting', 'approved', 'applied', 'rejected', 'superseded'] as const;

/** What a person can decide. Without a decision, the plan continues to wait, and its members stay. */
export const DECISIONS = ['approve', 'reject'] as const;

export interface HeldPlan {
  /** Identifies the directory and the held changes. */
  readonly digest: string;
  readonly directory: string;
  readonly state: (typeof WAITING_STATES)[number];
  /** The run that found it first. Decisions are made about this run. */
  readonly run: number;
  /** The run that this one would revert. */
  readonly reverts: number | undefined;
  /** When it was found first. */
  readonly since: Date;
  readonly groups: number;
  readonly removals: number;
  /** Codes of the limits and rules of the guard that hold it; never a name. */
  readonly causes: readonly string[];
  /** The same as sentences, with names of groups. */
  readonly reasons: readonly string[];
  /** Number of runs that found it, and the last of them. */
  readonly seen: { readonly runs: number; readonly lastRun: number; readonly lastAt: Date };
  readonly decisions: readonly (typeof DECISIONS)[number][];
  readonly decision: Decision | undefined;
  /** The run that applies the approval. */
  readonly appliedBy: number | undefined;
  /** The digest of what waits in the directory now, if it is another plan. */
  readonly replacedBy: string | undefined;
}
