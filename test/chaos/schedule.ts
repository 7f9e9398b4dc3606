/** What the nemesis will do, and when: decided before it starts, so that a seed always gives the same storm. */
import { type Random, randomFrom } from '../../dev/organisation/generate/random.ts';

export const PROCESSES = ['scheduler', 'worker 1', 'worker 2', 'worker 3'] as const;
export const SERVERS = ['postgres', 'redis', 'slapd'] as const;
export type ProcessName = (typeof PROCESSES)[number];
export type ServerName = (typeof SERVERS)[number];

/**
 * `kill`: SIGKILL (PostgreSQL: its immediate shutdown), started again after `forMs`. `pause`: SIGSTOP, then SIGCONT.
 * `cut`: every connection is reset. `refuse`: cut, and nobody gets a connection for `forMs`. `flush`: Redis forgets all.
 */
export interface Blow {
  readonly atMs: number;
  readonly kind: 'kill' | 'pause' | 'cut' | 'refuse' | 'flush';
  readonly target: ProcessName | ServerName;
  readonly forMs: number;
}

/** Blows one to two seconds apart, as long as the storm lasts; all of them are over when it is. */
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
  // Longer than a lease and a lock for some, shorter for others.
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

/** A blow as it stands in the log. */
export function describeBlow({ kind, target, forMs }: Blow): string {
  return forMs > 0 ? `${kind} ${target} for ${(forMs / 1000).toFixed(1)} s` : `${kind} ${target}`;
}
