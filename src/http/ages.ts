/** Seconds from one moment to another; never below 0, for the database's clock may be ahead of ours. */
export function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, (to.getTime() - from.getTime()) / 1000);
}
