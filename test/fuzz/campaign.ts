/** Plays many inputs in a separate thread, so that an endless loop or a lack of memory is detected. */
import { Worker } from 'node:worker_threads';
import * as z from 'zod';

export interface Campaign {
  readonly seed: string;
  /** The number of inputs; or */
  readonly inputs?: number;
  /** the time to play. */
  readonly seconds?: number;
  readonly recordings: readonly string[];
  /** The program of the thread. Default: worker.ts. */
  readonly worker?: URL;
  /** The limit for one input. Default: fifteen seconds. */
  readonly longestMs?: number;
  /** The limit for the start of the thread, which loads the whole product. Default: two minutes. */
  readonly startMs?: number;
}

/** The number of inputs by result, and the first wrong one with what is needed to repeat it. */
export interface Outcome {
  readonly played: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly failure: string | undefined;
}

/** Of one input: parsers and reads take milliseconds, waits for a server a fifth of a second. */
const LONGEST_MS = 15_000;
const START_MS = 120_000;
const MAX_HEAP_MIB = 192;
/** Bytes outside of the heap, in addition to those of the thread before its first input. */
const MAX_MEMORY = 512 * 1024 * 1024;
const GLANCE_MS = 100;
const MANY = 1_000_000_000;
const message = z.object({ index: z.number(), outcome: z.string().optional() });

/** Stops at the first input with a wrong result. */
export async function play({
  seed,
  inputs = MANY,
  seconds,
  recordings,
  worker: program = new URL('./worker.ts', import.meta.url),
  longestMs = LONGEST_MS,
  startMs = START_MS,
}: Campaign): Promise<Outcome> {
  const ends: Record<string, number> = {};
  let index = -1;
  let since = performance.now();
  const before = process.memoryUsage.rss();
  const over = seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1_000;
  const worker = new Worker(program, {
    workerData: { seed, first: 0, count: inputs, recordings },
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
  });
  const failure = await new Promise<string | undefined>(resolve => {
    const watch = setInterval(() => {
      if (performance.now() > over) resolve(undefined);
      const limitMs = index < 0 ? startMs : longestMs;
      if (performance.now() - since > limitMs) resolve(`did not end within ${limitMs / 1_000} s`);
      const more = process.memoryUsage.rss() - before;
      if (more > MAX_MEMORY) resolve(`took ${Math.round(more / 1024 / 1024)} MiB of memory`);
    }, GLANCE_MS);
    worker.on('message', (said: unknown) => {
      const { index: at, outcome } = message.parse(said);
      [index, since] = [at, performance.now()];
      if (outcome !== undefined) ends[outcome] = (ends[outcome] ?? 0) + 1;
    });
    worker.on('error', error =>
      resolve(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    worker.on('exit', () => {
      clearInterval(watch);
      resolve(undefined);
    });
  });
  await worker.terminate();
  const played = Object.values(ends).reduce((sum, each) => sum + each, 0);
  return { played, ends, failure: failure && `input ${index} of seed ${seed}: ${failure}` };
}
