/**
 * Console clients in a separate process. Given their tokens, all sign in. Given a run, all open its page, and a tenth
 * as many also the overview. Reports when all of them watch, and at the end what they received.
 */
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** What the clients received. */
export interface Seen {
  readonly events: number;
  readonly requests: number;
  /** The duration of one request, without the stream. */
  readonly p95Ms: number;
}

/** The requests of the overview while a run is active. */
const OVERVIEW_MS = 1_500;

const lines = createInterface({ input: process.stdin });
const agent = new Agent({ keepAlive: true });
const times: number[] = [];
const [wanted] = await once(lines, 'line');
const { url, secret, people }: { url: string; secret: string; people: number } = JSON.parse(wanted);
await Promise.all(Array.from({ length: people }, lookAtOverview));
process.stdout.write('true\n');
const [run] = await once(lines, 'line');

const watching = Array.from({ length: people }, () => Promise.withResolvers<void>());
const over = new AbortController();
const overviews = Array.from({ length: people / 10 }, keepOverview);
const counting = watching.map(watchRun);
await Promise.all(watching.map(({ promise }) => promise));
times.length = 0;
process.stdout.write('true\n');
const counts = await Promise.all(counting);
over.abort();
await Promise.all(overviews);
const sorted = times.toSorted((a, b) => a - b);
const seen: Seen = {
  events: counts.reduce((sum, each) => sum + each, 0),
  requests: times.length,
  p95Ms: Math.round(sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0),
};
process.stdout.write(`${JSON.stringify(seen)}\n`);
agent.destroy();
lines.close();

/** Reads the run, then follows the stream, as the page does; returns the number of events. */
async function watchRun({ resolve }: PromiseWithResolvers<void>): Promise<number> {
  await ask(`/api/runs/${run}`);
  let events = 0;
  let rest = '';
  for await (const chunk of await open(`/api/runs/${run}/events`)) {
    const frames = `${rest}${chunk}`.split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      if (frame.startsWith('event: end')) return events;
      if (!frame.startsWith('event: run')) continue;
      events += 1;
      resolve();
    }
  }
  throw new Error(`a stream of run ${run} broke off after ${events} events`);
}

async function lookAtOverview(): Promise<void> {
  await Promise.all([ask('/api/status'), ask('/api/runs?limit=50')]);
}

async function keepOverview(): Promise<void> {
  while (!over.signal.aborted) {
    await lookAtOverview();
    await delay(OVERVIEW_MS, undefined, { signal: over.signal }).catch(() => {});
  }
}

async function ask(path: string): Promise<void> {
  const started = performance.now();
  await json(await open(path));
  times.push(performance.now() - started);
}

function open(path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}` };
    get(`${url}${path}`, { agent, headers }, answer => {
      answer.setEncoding('utf8');
      if (answer.statusCode === 200) resolve(answer);
      else reject(new Error(`${path} answered ${answer.statusCode}`));
    }).once('error', reject);
  });
}
