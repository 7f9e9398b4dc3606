/** Reloading the configuration while the service runs. Types only. */
import type { ReloadCounts } from '../status/health.ts';

/** What a reload did. `refused`: nothing was changed. */
export type Reload =
  | {
      readonly outcome: 'applied';
      /** Keys, never values. */
      readonly changed: readonly string[];
    }
  | { readonly outcome: 'refused'; readonly problems: readonly string[] };

export interface ReloadRequest {
  /** `signal`, `secrets`, or the name of a token. */
  readonly by: string;
}

/** The configuration of one process. */
export interface ConfigurationOperations {
  /** Reads and judges the file, and applies it if it has no problem. Never throws. Reloads do not overlap. */
  readonly reload: (request: ReloadRequest) => Promise<Reload>;
  readonly counts: () => ReloadCounts;
}
