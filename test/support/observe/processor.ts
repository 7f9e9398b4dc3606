/** Measures work by processor time, which other programs on the machine hardly change. */

/** The processor time that `work` takes in this process. */
export function processorMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1_000;
}
