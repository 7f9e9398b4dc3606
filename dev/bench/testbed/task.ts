/** One measurement in a separate process, so that its peak memory is its own: `task.ts KIND`, settings on stdin. */
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { openSyncSession, type SyncSession } from '../../../src/app/commands/sync.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { createLog } from '../../../src/log.ts';
import type { Settings } from '../../../src/model/settings.ts';

export interface Measured {
  readonly ms: number;
  readonly peakMiB: number;
  /** The longest pause of the event loop. */
  readonly pauseMs: number;
  /** The amount of work, so that a measurement without work is detected. */
  readonly did: string;
  /** For repeated work: the milliseconds of each repetition. */
  readonly each?: readonly number[];
}

/** One group, resynced in a running service; the first resync finds cold caches. */
const REPETITIONS = 40;

const [line] = await once(createInterface({ input: process.stdin }), 'line');
const settings: Settings = JSON.parse(line);
const [directory] = settings.directories;
if (directory === undefined) throw new Error('no directory to measure');

const tasks: Readonly<Record<string, () => Promise<Omit<Measured, 'peakMiB' | 'pauseMs'>>>> = {
  read: async () => {
    const started = performance.now();
    const { counts } = await readDirectory(directory, {});
    const did = `${counts.users} people, ${counts.groups} groups, ${counts.memberValues} member values`;
    return { ms: performance.now() - started, did };
  },
  sync: async () => {
    await using syncing = await open();
    return await sync(syncing);
  },
  group: async () => {
    await using syncing = await open();
    const each: number[] = [];
    for (let done = 0; done < REPETITIONS; done++) each.push((await sync(syncing, process.argv[3])).ms);
    return { ms: each.reduce((sum, ms) => sum + ms, 0), did: `${REPETITIONS} resyncs of one group`, each };
  },
};

function open(): Promise<SyncSession> {
  return openSyncSession(settings, createLog({ level: 'error' }), { work: true });
}

async function sync(syncing: SyncSession, group?: string): Promise<{ ms: number; did: string }> {
  const started = performance.now();
  const request = {
    directory: directory?.name ?? '',
    requestedBy: 'bench',
    ...(group !== undefined && { group }),
  };
  const { id } = await syncing.request(request);
  for await (const { run } of syncing.follow(id, 20)) {
    if (run.finishedAt !== undefined) {
      return {
        ms: performance.now() - started,
        did: `${run.status}: ${JSON.stringify(run.counts.applied ?? run.counts)}`,
      };
    }
  }
  throw new Error(`run ${id} never ended`);
}

const task = tasks[process.argv[2] ?? ''];
if (task === undefined) throw new Error(`unknown task; there are ${Object.keys(tasks).join(', ')}`);
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
const done = await task();
delay.disable();
const measured: Measured = {
  ...done,
  peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  pauseMs: Math.round(delay.max / 1e6),
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
