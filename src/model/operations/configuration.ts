/** Reloading the configuration while the service runs. Types only. */

/** What a reload did. `refused`: nothing was changed. */
export type Reload =
  | { readonly outcome: 'applied'; readonly changed: readonly string[] }
  | { readonly outcome: 'refused'; readonly problems: readonly string[] };

/** Who asked for a reload: the operator of the process by a signal, or the holder of a token. */
export interface ReloadRequest {
  readonly by: string;
}
