/** The time limit of a whole read. */

/** A signal that aborts together with `outer`, or with a TimeoutError after `runTimeoutMs`. The time starts now. */
export function deadline(runTimeoutMs: number, outer?: AbortSignal): AbortSignal {
  const timeout = AbortSignal.timeout(runTimeoutMs);
  return outer ? AbortSignal.any([timeout, outer]) : timeout;
}
