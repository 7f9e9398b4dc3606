/** The faults and their times, computed before the start so that a seed always gives the same schedule. */
import { type Random, randomFrom } from '../../dev/organisation/generate/random.ts';

export const PROCESSES = ['scheduler', 'worker 1', 'worker 2', 'worker 3'] as const;
export const SERVERS = ['postgres', 'redis', 'slapd'] as const;
export type ProcessName = (typeof PROCESSES)[number];
export type ServerName = (typeof SERVERS)[number];

/**
 * `kill`: SIGKILL (PostgreSQL: immediate shutdown), restarted after `forMs`. `pause`: SIGSTOP, then SIGCONT. `cut`: all
 * connections are reset. `refuse`: cut, and new connections are refused for `forMs`. `flush`: Redis deletes all data.
 */
export interface ScheduledFault {
  readonly atMs: number;
  readonly kind: 'kill' | 'pause' | 'cut' | 'refuse' | 'flush';
  readonly target: ProcessName | ServerName;
  readonly forMs: number;
}

/** Faults one to two seconds apart for the whole test; all of them end within it. */
export function planFaults(seed: string, durationMs: number): ScheduledFault[] {
  const random = randomFrom(`storm ${seed}`);
  const faults: ScheduledFault[] = [];
  for (let atMs = 1_000; atMs < durationMs - 1_000; atMs += 700 + random.below(1_300)) {
    const fault = randomFault(random);
    faults.push({ ...fault, atMs, forMs: Math.min(fault.forMs, durationMs - atMs) });
  }
  return faults;
}

function randomFault(random: Random): Omit<ScheduledFault, 'atMs'> {
  const process = random.pick(PROCESSES);
  const server = random.pick(SERVERS);
  // Some are longer than a lease and a lock, others shorter.
  const forMs = 300 + random.below(5_000);
  return random.weighted<Omit<ScheduledFault, 'atMs'>>([
    [{ kind: 'kill', target: process, forMs }, 4],
    [{ kind: 'pause', target: process, forMs }, 4],
    [{ kind: 'kill', target: server, forMs: forMs / 2 }, 3],
    [{ kind: 'cut', target: server, forMs: 0 }, 3],
    [{ kind: 'refuse', target: server, forMs: forMs / 2 }, 2],
    [{ kind: 'flush', target: 'redis', forMs: 0 }, 2],
  ]);
}

/** A fault as a line of the log. */
export function describeFault({ kind, target, forMs }: ScheduledFault): string {
  return forMs > 0 ? `${kind} ${target} for ${(forMs / 1000).toFixed(1)} s` : `${kind} ${target}`;
}
