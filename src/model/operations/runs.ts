/** Requests for runs and decisions about held ones, for the API and the commands. Types only. */
import type { DecisionRequest, Run, RunMode } from '../run.ts';
import type { RunStatus } from '../run-status.ts';

/** A request of an operator for a run. Requests with the same `requestKey` always return the same run. */
export interface ManualRunRequest {
  readonly directory: string;
  /** The DN or name of a group, to sync only this group. */
  readonly group?: string;
  /** A username or DN, to sync only this person. Excludes `group`. */
  readonly user?: string;
  readonly mode: RunMode;
  readonly requestedBy: string;
  readonly requestKey?: string;
  /** The reason to trust a server that is behind the last complete read. Only for the whole directory. */
  readonly acceptOlder?: string | undefined;
}

/** `created` is false if the run existed before. */
export interface Requested {
  readonly run: Run;
  readonly created: boolean;
}

/** A page of history, newest first: runs with an id below `before`. */
export interface RunPage {
  readonly directory?: string;
  readonly status?: RunStatus;
  readonly limit: number;
  readonly before?: number;
}

export interface RunOperations {
  requestRun(request: ManualRunRequest): Promise<Requested>;
  /** Queues the run that applies the held changes. Throws RefusedError if the run can no longer be decided. */
  approveRun(id: number, decision: DecisionRequest): Promise<Run>;
  /** Closes the held run. Throws RefusedError if it can no longer be decided. */
  rejectRun(id: number, decision: DecisionRequest): Promise<Run>;
  listRuns(page: RunPage): Promise<readonly Run[]>;
  getRun(id: number): Promise<Run | undefined>;
}
