/** Injects the scheduled faults. */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Installation } from './installation.ts';
import { type Blow, describeBlow, PROCESSES, type ProcessName, type ServerName } from './schedule.ts';

/** Resolves when the last fault is over and everything runs again. Calls `tell` for every fault. */
export async function rage(
  place: Installation,
  blows: readonly Blow[],
  tell: (line: string) => void,
): Promise<void> {
  const started = Date.now();
  const under = new Map<string, Promise<void>>();
  for (const blow of blows) {
    await pause(Math.max(0, started + blow.atMs - Date.now()));
    tell(describeBlow(blow));
    // Faults of one target follow each other; faults of different targets overlap.
    const before = under.get(blow.target) ?? Promise.resolve();
    under.set(
      blow.target,
      before.then(() => strike(place, blow)),
    );
  }
  await Promise.all(under.values());
}

async function strike(place: Installation, blow: Blow): Promise<void> {
  const { target } = blow;
  const name = PROCESSES.find(one => one === target);
  if (name !== undefined) return strikeProcess(place, name, blow);
  if (target === 'postgres' || target === 'redis' || target === 'slapd')
    await strikeServer(place, target, blow);
}

async function strikeProcess(
  { crew }: Installation,
  name: ProcessName,
  { kind, forMs }: Blow,
): Promise<void> {
  if (kind === 'kill') {
    crew.holdDown(name, true);
    crew.signal(name, 'SIGKILL');
    await pause(forMs);
    crew.holdDown(name, false);
  } else {
    crew.signal(name, 'SIGSTOP');
    await pause(forMs);
    crew.signal(name, 'SIGCONT');
  }
}

async function strikeServer(place: Installation, name: ServerName, { kind, forMs }: Blow): Promise<void> {
  const [server, line] = [place.servers[name], place.lines[name]];
  if (kind === 'kill') {
    await server.kill();
    await pause(forMs);
    await server.start();
  } else if (kind === 'flush') {
    const redis = new Redis(place.servers.redis.url);
    redis.on('error', () => undefined);
    await redis.flushall().catch(() => undefined);
    redis.disconnect();
  } else {
    line.open(kind === 'cut');
    line.cut();
    await pause(forMs);
    line.open(true);
  }
}
