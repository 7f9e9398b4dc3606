/** An end to everything that waits for a server. */

/** Aborts when `outer` does, or with the setting's name as the reason when the time is over. The clock starts now. */
export function deadline(runTimeoutMs: number, outer?: AbortSignal): AbortSignal {
  const timeout = AbortSignal.timeout(runTimeoutMs);
  return outer ? AbortSignal.any([timeout, outer]) : timeout;
}
