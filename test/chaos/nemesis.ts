/** Injects the scheduled faults into processes, servers and connections of the chaos test. */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Installation } from './installation.ts';
import {
  describeFault,
  PROCESSES,
  type ProcessName,
  type ScheduledFault,
  type ServerName,
} from './schedule.ts';

/** Resolves when the last fault is over and everything runs again. Calls `report` for every fault. */
export async function injectFaults(
  installation: Installation,
  faults: readonly ScheduledFault[],
  report: (line: string) => void,
): Promise<void> {
  const started = Date.now();
  const under = new Map<string, Promise<void>>();
  for (const fault of faults) {
    await pause(Math.max(0, started + fault.atMs - Date.now()));
    report(describeFault(fault));
    // Faults of one target follow each other; faults of different targets overlap.
    const before = under.get(fault.target) ?? Promise.resolve();
    under.set(
      fault.target,
      before.then(() => inject(installation, fault)),
    );
  }
  await Promise.all(under.values());
}

async function inject(installation: Installation, fault: ScheduledFault): Promise<void> {
  const { target } = fault;
  const name = PROCESSES.find(one => one === target);
  if (name !== undefined) return injectIntoProcess(installation, name, fault);
  if (target === 'postgres' || target === 'redis' || target === 'slapd')
    await injectIntoServer(installation, target, fault);
}

async function injectIntoProcess(
  { supervisor }: Installation,
  name: ProcessName,
  { kind, forMs }: ScheduledFault,
): Promise<void> {
  if (kind === 'kill') {
    supervisor.holdDown(name, true);
    supervisor.signal(name, 'SIGKILL');
    await pause(forMs);
    supervisor.holdDown(name, false);
  } else {
    supervisor.signal(name, 'SIGSTOP');
    await pause(forMs);
    supervisor.signal(name, 'SIGCONT');
  }
}

async function injectIntoServer(
  installation: Installation,
  name: ServerName,
  { kind, forMs }: ScheduledFault,
): Promise<void> {
  const [server, proxy] = [installation.servers[name], installation.proxies[name]];
  if (kind === 'kill') {
    await server.kill();
    await pause(forMs);
    await server.start();
  } else if (kind === 'flush') {
    const redis = new Redis(installation.servers.redis.url);
    redis.on('error', () => undefined);
    await redis.flushall().catch(() => undefined);
    redis.disconnect();
  } else {
    proxy.open(kind === 'cut');
    proxy.cut();
    await pause(forMs);
    proxy.open(true);
  }
}
