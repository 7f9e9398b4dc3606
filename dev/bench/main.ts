/**
 * npm run bench -- --size M|L [--out docs/benchmarks]: the budgets, measured against ldapsearch and COPY in one run.
 * Starts OpenLDAP, PostgreSQL and Redis itself, and leaves nothing but the two files.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Settings } from '../../src/settings.ts';
import { closeDatabase, openDatabase } from '../../src/store/database.ts';
import { migrateUp } from '../../src/store/migrate.ts';
import { createDatabase, startPostgres } from '../embedded/postgres.ts';
import { startRedis } from '../embedded/redis.ts';
import { startSlapd } from '../embedded/slapd.ts';
import { ldif } from '../organisation/ldif.ts';
import type { Organisation, Size } from '../organisation/model.ts';
import { makeOrganisation } from '../organisation/organisation.ts';
import { seedApplication } from '../organisation/seed.ts';
import { directorySettings } from '../organisation/settings.ts';
import { changeOnePercent } from './one-per-cent.ts';
import { exportTables, timeCopy, timeLdapsearch } from './references.ts';
import { type Figures, toMarkdown } from './report.ts';
import type { Measured } from './task.ts';

const TASK = fileURLToPath(new URL('task.ts', import.meta.url));
/** As bin/rollcall.js runs the product. */
const NODE_FLAGS = ['--max-semi-space-size=32', '--heap-growing-percent=30'];

/** Half a per cent of L's memberships go and as many come. */
const CHANGES: Readonly<Record<Size, number>> = { S: 10, M: 500, L: 5_000 };

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'M' },
    out: { type: 'string' },
    rounds: { type: 'string', default: '3' },
  },
});
const size = sizeOf(values.size);
const out = values.out ?? join('.rollcall', `bench-${size}`);
const figures = await bench(makeOrganisation({ size }), Number(values.rounds));
await mkdir(dirname(out), { recursive: true });
await writeFile(`${out}.json`, `${JSON.stringify(figures, null, 2)}\n`);
await writeFile(`${out}.md`, toMarkdown(figures));
process.stdout.write(`\n${toMarkdown(figures)}\nsaved as ${out}.json and ${out}.md\n`);

function sizeOf(name: string): Size {
  if (name === 'S' || name === 'M' || name === 'L') return name;
  throw new Error(`--size takes S, M or L, not "${name}"`);
}

async function bench(organisation: Organisation, rounds: number): Promise<Figures> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  say(
    `organisation ${organisation.size}: ${organisation.people.length} people, ${organisation.groups.length} groups`,
  );
  const file = join(folder, 'organisation.ldif');
  await writeFile(file, ldif(organisation));
  const slapd = stack.use(await startSlapd({ ldif: { file } }));
  const postgres = stack.use(await startPostgres({ settings: { shared_buffers: '512MB' } }));
  const redis = stack.use(await startRedis());
  const [first, second] = [postgres.urlOf('measured'), postgres.urlOf('copied')];
  for (const name of ['measured', 'copied']) await createDatabase(postgres, name);
  for (const url of [first, second]) await prepare(url, organisation);
  const settings: Settings = {
    database: { url: first, poolSize: 10 },
    redis: { url: redis.url, prefix: 'bench' },
    http: { host: '127.0.0.1', port: 0, tokens: [], requestsPerMinute: 0 },
    log: { level: 'error' },
    worker: { concurrency: 4 },
    notify: { webhooks: [] },
    retention: { runsMs: undefined, auditMs: undefined },
    directories: [directorySettings(organisation, slapd)],
  };
  const [directory] = settings.directories;
  if (directory === undefined) throw new Error('unreachable: one directory was just made');

  const reads: Measured[] = [];
  const dumps: number[] = [];
  for (let round = 0; round < rounds; round++) {
    dumps.push(await step('ldapsearch dump', () => timeLdapsearch(directory, folder)));
    reads.push(await step('full read', () => measure(settings, 'read')));
  }
  const firstSync = await step('first sync', () => measure(settings, 'sync'));
  await exportTables(first, folder);
  const copy = await step('COPY of the same rows', () => timeCopy(second, folder));
  const quiet: Measured[] = [];
  for (let round = 0; round < rounds; round++)
    quiet.push(await step('nothing changed', () => measure(settings, 'sync')));
  const changes = await changeOnePercent(organisation, slapd, CHANGES[organisation.size]);
  const changed = await step(`${changes} memberships changed`, () => measure(settings, 'sync'));
  const [group] = organisation.groups.filter(
    ({ shape, members }) => shape === 'groupOfNames' && members.length === 50,
  );
  const one: Measured[] = [];
  for (let round = 0; round < 20 && group !== undefined; round++)
    one.push(await measure(settings, 'group', group.cn));
  return { size: organisation.size, dumps, reads, firstSync, copy, quiet, changed, one };
}

async function prepare(url: string, organisation: Organisation): Promise<void> {
  const db = await openDatabase({ url, poolSize: 2 });
  await migrateUp(db);
  await closeDatabase(db);
  await seedApplication(url, organisation);
}

async function measure(settings: Settings, ...task: string[]): Promise<Measured> {
  const child = spawn(process.execPath, [...NODE_FLAGS, TASK, ...task], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(settings));
  const [answer, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`the measurement of ${task.join(' ')} ended with code ${code}`);
  return JSON.parse(answer);
}

async function step<T extends Measured | number>(what: string, work: () => Promise<T>): Promise<T> {
  const found = await work();
  const ms = typeof found === 'number' ? found : found.ms;
  const more = typeof found === 'number' ? '' : `, peak ${found.peakMiB} MiB, ${found.did}`;
  say(`${what}: ${(ms / 1000).toFixed(2)} s${more}`);
  return found;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
