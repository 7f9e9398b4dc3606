/**
 * npm run bench -- --size M|L [--out docs/benchmarks]: the budgets, measured against ldapsearch and COPY in one run.
 * npm run bench -- --console [--out docs/benchmarks-console]: a first sync with a hundred clients watching.
 * npm run bench -- --live [--size M|L] [--out docs/benchmarks-live]: how fast changes of the directory are followed.
 * npm run bench -- --idle [--out docs/benchmarks-idle]: what following no, one and ten directories costs while nothing changes.
 * npm run bench -- --growth [--times 1,10] [--out docs/growth]: CPU of every stage at n, 2 n and 4 n, and pauses at L and 10 L.
 * Starts OpenLDAP, PostgreSQL and Redis itself, and leaves nothing but the two files.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeOrganisation } from '../organisation/generate/organisation.ts';
import type { Organisation, Size } from '../organisation/model/model.ts';
import { measureBudgets } from './budgets.ts';
import { measureConsole } from './console.ts';
import { consoleToMarkdown } from './console-report.ts';
import { measureGrowth, measurePauses } from './growth/measure.ts';
import { growthToMarkdown } from './growth/report.ts';
import { measureIdle } from './idle.ts';
import { measureLive } from './live.ts';
import { idleToMarkdown, liveToMarkdown } from './live-report.ts';
import { type Figures, toMarkdown } from './testbed/report.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'M' },
    out: { type: 'string' },
    rounds: { type: 'string' },
    console: { type: 'boolean', default: false },
    live: { type: 'boolean', default: false },
    idle: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
    times: { type: 'string', default: '1,10' },
  },
});
const out = values.out ?? join('.rollcall', nameOf());
const [figures, markdown] = await about();
await mkdir(dirname(out), { recursive: true });
await writeFile(`${out}.json`, `${JSON.stringify(figures, null, 2)}\n`);
await writeFile(`${out}.md`, markdown);
process.stdout.write(`\n${markdown}\nsaved as ${out}.json and ${out}.md\n`);

function nameOf(): string {
  if (values.growth) return 'bench-growth';
  if (values.idle) return 'bench-idle';
  const kind = values.console ? '-console' : values.live ? '-live' : '';
  return `bench${kind}-${sizeOf(values.size)}`;
}

async function about(): Promise<[object, string]> {
  if (values.growth) return aboutGrowth();
  if (values.idle) return aboutIdle();
  const organisation = makeOrganisation({ size: sizeOf(values.size) });
  if (values.live) return aboutLive(organisation);
  return values.console ? aboutConsole(organisation) : aboutBudgets(organisation);
}

async function aboutGrowth(): Promise<[object, string]> {
  const growth = await measureGrowth();
  const pauses = await measurePauses(values.times.split(',').map(Number));
  return [{ growth, pauses }, growthToMarkdown(growth, pauses)];
}

async function aboutBudgets(organisation: Organisation): Promise<[object, string]> {
  const figures = await measureBudgets(organisation, Number(values.rounds ?? 7));
  return [figures, toMarkdown(figures, await figuresBefore())];
}

/** The figures of the last measurement; undefined: there are none. */
async function figuresBefore(): Promise<Figures | undefined> {
  const text = await readFile(`${out}.json`, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

async function aboutIdle(): Promise<[object, string]> {
  const figures = await measureIdle();
  return [figures, idleToMarkdown(figures)];
}

async function aboutLive(organisation: Organisation): Promise<[object, string]> {
  const figures = await measureLive(organisation);
  return [figures, liveToMarkdown(figures)];
}

async function aboutConsole(organisation: Organisation): Promise<[object, string]> {
  const figures = await measureConsole(organisation, Number(values.rounds ?? 7));
  return [figures, consoleToMarkdown(figures)];
}

function sizeOf(name: string): Size {
  if (name === 'S' || name === 'M' || name === 'L') return name;
  throw new Error(`--size takes S, M or L, not "${name}"`);
}
