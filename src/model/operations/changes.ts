/** Following membership changes, for the API. Types only. */
import type { MembershipChange } from '../audit.ts';

/** Changes in commit order, and the cursor that continues after them; without changes, the cursor of the request. */
export interface ChangePage {
  readonly items: readonly MembershipChange[];
  readonly next: string;
}

export interface ChangesRequest {
  readonly after: string;
  readonly limit: number;
  /** How long to wait for a change if there is none yet. */
  readonly waitMs: number;
  /** Aborts the wait, which then ends without changes. */
  readonly signal: AbortSignal;
}

/**
 * Cursors are those of the audit. `start` is before all changes and `now` is the newest change. Throws RefusedError
 * (`cursor_expired`) if changes after the cursor may be missing.
 */
export interface ChangeOperations {
  /** The cursor to begin with. Resolves `now`. */
  begin(after: string): Promise<string>;
  page(request: ChangesRequest): Promise<ChangePage>;
  /** Yields pages with changes until the signal aborts. `after` is a result of `begin`. */
  follow(after: string, signal: AbortSignal): AsyncIterable<ChangePage>;
}
