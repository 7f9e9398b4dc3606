/** The processes of the installation. A process that ends is restarted, as systemd or Kubernetes would. */
import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PROCESSES, type ProcessName } from './schedule.ts';

export interface Supervisor extends AsyncDisposable {
  signal(name: ProcessName, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** While this is set, processes are not restarted. */
  holdDown(name: ProcessName, isDown: boolean): void;
  /** The number of processes that ended without being killed. */
  readonly crashes: readonly string[];
}

/** Starts all of them; their logs go to the folder. */
export function startSupervisor(config: string, folder: string): Supervisor {
  const children = new Map<ProcessName, ChildProcess>();
  const down = new Set<ProcessName>();
  const crashes: string[] = [];
  let isOver = false;

  function start(name: ProcessName): void {
    const log = openSync(join(folder, `${name.replace(' ', '-')}.log`), 'a');
    const role = name === 'scheduler' ? 'scheduler' : 'worker';
    const child = fork(new URL('./process.ts', import.meta.url), [config, role], {
      stdio: ['ignore', log, log, 'ipc'],
      // They start so often that compilation would take most of their time.
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
    });
    closeSync(log);
    children.set(name, child);
    child.once('exit', (code, signal) => void ended(name, code, signal));
  }

  async function ended(name: ProcessName, code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    if (signal !== 'SIGKILL') crashes.push(`${name} ended with ${signal ?? code}`);
    // A process that cannot connect to its servers ends and is restarted repeatedly.
    await pause(300);
    while (down.has(name)) await pause(50);
    if (!isOver) start(name);
  }

  for (const name of PROCESSES) start(name);
  return {
    crashes,
    signal: (name, signal) => void children.get(name)?.kill(signal),
    holdDown: (name, isDown) => void (isDown ? down.add(name) : down.delete(name)),
    async [Symbol.asyncDispose]() {
      isOver = true;
      down.clear();
      for (const child of children.values()) child.kill('SIGKILL');
    },
  };
}
