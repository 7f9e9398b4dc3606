/** Measures what a hundred console clients cost a first sync. The same sync runs in turns with and without them. */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Organisation } from '../organisation/model/model.ts';
import type { Seen } from './testbed/audience.ts';
import { startJsonProcess } from './testbed/processes.ts';
import { freshDatabase, say, settingsOn, startTestbed, type Testbed } from './testbed/testbed.ts';

const PEOPLE = 100;
const POLL_MS = 100;

export interface ConsoleFigures {
  readonly size: Organisation['size'];
  readonly people: number;
  /** Milliseconds of a first sync, one for each round. */
  readonly alone: readonly number[];
  readonly watched: readonly (Seen & { readonly ms: number })[];
}

/** Rounds of a first sync alone and with watchers, each by a new service on a new database. */
export async function measureConsole(organisation: Organisation, rounds: number): Promise<ConsoleFigures> {
  await using stack = new AsyncDisposableStack();
  const testbed = await startTestbed(organisation, stack);
  const alone: number[] = [];
  const watched: (Seen & { ms: number })[] = [];
  await firstSync(testbed, 'warm', false);
  for (let round = 0; round < rounds; round++) {
    const { ms } = await firstSync(testbed, `alone${round}`, false);
    say(`first sync alone: ${(ms / 1000).toFixed(2)} s`);
    alone.push(ms);
    const { ms: slower, seen } = await firstSync(testbed, `watched${round}`, true);
    say(`first sync, watched: ${(slower / 1000).toFixed(2)} s, ${JSON.stringify(seen)}`);
    if (seen !== undefined) watched.push({ ...seen, ms: slower });
  }
  return { size: organisation.size, people: PEOPLE, alone, watched };
}

/**
 * Milliseconds from claimed to recorded, from the run itself. All clients sign in before, so that the service is
 * equally warm with and without watchers; watchers connect before a worker claims the run.
 */
async function firstSync(
  testbed: Testbed,
  name: string,
  isWatched: boolean,
): Promise<{ ms: number; seen: Seen | undefined }> {
  const secret = randomBytes(24).toString('hex');
  const tokens = [{ name: 'bench', role: 'admin', secret } as const];
  const database = await freshDatabase(testbed, name);
  await using service = startJsonProcess('service.ts');
  service.send(settingsOn(testbed, { url: database, prefix: name, tokens }));
  const url = await service.receive<string>();
  await using audience = startJsonProcess('audience.ts');
  audience.send({ url, secret, people: PEOPLE });
  await audience.receive();
  const run = await ask(`${url}/api/runs`, secret, { directory: 'corp' });
  if (isWatched) {
    audience.send(run.id);
    await audience.receive();
  }
  service.send('work');
  const { status, startedAt, finishedAt } = await finished(`${url}/api/runs/${run.id}`, secret);
  if (status !== 'succeeded') throw new Error(`a first sync ended as ${status}`);
  const ms = Date.parse(finishedAt) - Date.parse(startedAt);
  return { ms, seen: isWatched ? await audience.receive<Seen>() : undefined };
}

interface Run {
  readonly id: number;
  readonly status: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

async function finished(url: string, secret: string): Promise<Required<Run>> {
  for (;;) {
    const { startedAt, finishedAt, ...run } = await ask(url, secret);
    if (startedAt !== undefined && finishedAt !== undefined) return { ...run, startedAt, finishedAt };
    await delay(POLL_MS);
  }
}

async function ask(url: string, secret: string, body?: object): Promise<Run> {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(url, { headers, ...sent });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${said}`);
  return JSON.parse(said);
}
