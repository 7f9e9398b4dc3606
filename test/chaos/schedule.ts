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
export interface Blow {
  readonly atMs: number;
  readonly kind: 'kill' | 'pause' | 'cut' | 'refuse' | 'flush';
  readonly target: ProcessName | ServerName;
  readonly forMs: number;
}

/** Faults one to two seconds apart for the whole test; all of them end within it. */
export function planStorm(seed: string, stormMs: number): Blow[] {
  const random = randomFrom(`storm ${seed}`);
  const blows: Blow[] = [];
  for (let atMs = 1_000; atMs < stormMs - 1_000; atMs += 700 + random.below(1_300)) {
    const blow = strike(random);
    blows.push({ ...blow, atMs, forMs: Math.min(blow.forMs, stormMs - atMs) });
  }
  return blows;
}

function strike(random: Random): Omit<Blow, 'atMs'> {
  const process = random.pick(PROCESSES);
  const server = random.pick(SERVERS);
  // Some are longer than a lease and a lock, others shorter.
  const forMs = 300 + random.below(5_000);
  return random.weighted<Omit<Blow, 'atMs'>>([
    [{ kind: 'kill', target: process, forMs }, 4],
    [{ kind: 'pause', target: process, forMs }, 4],
    [{ kind: 'kill', target: server, forMs: forMs / 2 }, 3],
    [{ kind: 'cut', target: server, forMs: 0 }, 3],
    [{ kind: 'refuse', target: server, forMs: forMs / 2 }, 2],
    [{ kind: 'flush', target: 'redis', forMs: 0 }, 2],
  ]);
}

/** A fault as a line of the log. */
export function describeBlow({ kind, target, forMs }: Blow): string {
  return forMs > 0 ? `${kind} ${target} for ${(forMs / 1000).toFixed(1)} s` : `${kind} ${target}`;
}
