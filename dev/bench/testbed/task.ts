/** One measurement in a separate process, so that its peak memory is its own: `task.ts KIND`, settings on stdin. */
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { openSyncSession, type SyncSession } from '../../../src/app/commands/sync.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { readMarker } from '../../../src/directory/session/change-marker.ts';
import { syncDirectory } from '../../../src/jobs/sync-directory.ts';
import { createLog } from '../../../src/log.ts';
import type { MappedEntries } from '../../../src/model/read-targets.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { closeDatabase, openDatabase } from '../../../src/store/database/database.ts';
import { getRun, requestRun } from '../../../src/store/runs/request.ts';

export interface Measured {
  readonly ms: number;
  readonly peakMiB: number;
  /** The longest pause of the event loop. */
  readonly pauseMs: number;
  /** The amount of work, so that a measurement without work is detected. */
  readonly did: string;
  /** For repeated work: the milliseconds of each repetition. */
  readonly each?: readonly number[];
  /** For work that is compared with other work in the same process: the milliseconds of each repetition of the other. */
  readonly against?: readonly number[];
}

/** One group, resynced in a running service; the first resync finds cold caches. */
const REPETITIONS = 40;

/** Reads of each kind, in turn in one process. The first of each kind is slower: its code is not compiled yet. */
const READS = 5;

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
  mapped: async () => {
    const each: number[] = [];
    const against: number[] = [];
    let did = '';
    const stored = new Map<string, { readonly dn: string; readonly username: string | null }>();
    const linked = async () => stored;
    const timed = async (to: number[], mapped?: MappedEntries) => {
      const started = performance.now();
      const read = await readDirectory(directory, mapped === undefined ? {} : { mapped });
      to.push(performance.now() - started);
      const { counts, users } = read;
      // As after a first sync, all people are linked.
      for (const { externalId = '', dn, username = null } of users) stored.set(externalId, { dn, username });
      did = `${counts.way}: ${counts.users} people, ${counts.groups} groups, ${counts.queries} queries`;
    };
    for (let done = 0; done < READS; done++) {
      await timed(against);
      await timed(each, { limit: 5_000, known: async () => [], linked });
    }
    return { ms: sumOf(each), did, each, against };
  },
  schedule: async () => {
    await using stack = new AsyncDisposableStack();
    const db = stack.adopt(await openDatabase({ ...settings.database, poolSize: 4 }), closeDatabase);
    const log = createLog({ level: 'error' });
    const own = { owner: 'bench', leaseMs: 30_000, now: () => new Date(), enqueueBatches: async () => {} };
    const ports = { db, log, readDirectory, readMarker, directories: [directory], ...own };
    const each: number[] = [];
    let skipped = 0;
    for (let done = 0; done < REPETITIONS; done++) {
      const request = { directory: directory.name, trigger: 'schedule', mode: 'apply' } as const;
      const { run } = await requestRun(db, { ...request, requestKey: `bench ${process.pid} ${done}` });
      const started = performance.now();
      await syncDirectory(ports, run.id, new AbortController().signal);
      each.push(performance.now() - started);
      if ((await getRun(db, run.id))?.counts.unchanged === true) skipped++;
    }
    return { ms: sumOf(each), did: `${skipped} of ${REPETITIONS} runs skipped the read`, each };
  },
  sync: async () => {
    await using syncing = await open();
    return await sync(syncing);
  },
  group: async () => {
    await using syncing = await open();
    const each: number[] = [];
    for (let done = 0; done < REPETITIONS; done++) each.push((await sync(syncing, process.argv[3])).ms);
    return { ms: sumOf(each), did: `${REPETITIONS} resyncs of one group`, each };
  },
};

function sumOf(each: readonly number[]): number {
  return each.reduce((sum, ms) => sum + ms, 0);
}

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
