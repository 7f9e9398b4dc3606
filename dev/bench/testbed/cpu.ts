/** The CPU time of another process. */
import { readFileSync } from 'node:fs';

const TICK_MS = 10;

/** User and system time of a process, as Linux counts it. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, , , , , , , , , , , user = '0', system = '0'] = stat.slice(stat.lastIndexOf(')')).split(' ');
  return (Number(user) + Number(system)) * TICK_MS;
}
