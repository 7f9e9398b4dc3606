/** Seconds between two instants. Never negative: the clock of the database may be ahead of the local clock. */
export function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, (to.getTime() - from.getTime()) / 1000);
}
