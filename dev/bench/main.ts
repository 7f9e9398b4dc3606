/**
 * npm run bench -- --size M|L [--out docs/benchmarks]: the budgets, measured against ldapsearch and COPY in one run.
 * npm run bench -- --console [--out docs/benchmarks-console]: a first sync while a hundred people look on.
 * Starts OpenLDAP, PostgreSQL and Redis itself, and leaves nothing but the two files.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Size } from '../organisation/model.ts';
import { makeOrganisation } from '../organisation/organisation.ts';
import { measureBudgets } from './budgets.ts';
import { measureConsole } from './console.ts';
import { consoleToMarkdown } from './console-report.ts';
import { toMarkdown } from './report.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'M' },
    out: { type: 'string' },
    rounds: { type: 'string' },
    console: { type: 'boolean', default: false },
  },
});
const organisation = makeOrganisation({ size: sizeOf(values.size) });
const name = `bench${values.console ? '-console' : ''}-${organisation.size}`;
const out = values.out ?? join('.rollcall', name);
const [figures, markdown] = await (values.console ? aboutConsole() : aboutBudgets());
await mkdir(dirname(out), { recursive: true });
await writeFile(`${out}.json`, `${JSON.stringify(figures, null, 2)}\n`);
await writeFile(`${out}.md`, markdown);
process.stdout.write(`\n${markdown}\nsaved as ${out}.json and ${out}.md\n`);

async function aboutBudgets(): Promise<[object, string]> {
  const figures = await measureBudgets(organisation, Number(values.rounds ?? 7));
  return [figures, toMarkdown(figures)];
}

async function aboutConsole(): Promise<[object, string]> {
  const figures = await measureConsole(organisation, Number(values.rounds ?? 7));
  return [figures, consoleToMarkdown(figures)];
}

function sizeOf(name: string): Size {
  if (name === 'S' || name === 'M' || name === 'L') return name;
  throw new Error(`--size takes S, M or L, not "${name}"`);
}
