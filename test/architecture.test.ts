/** The shape of the house: who may import what, no cycles, small files and functions. CONTRIBUTING.md explains it. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const TYPES = [
  'model',
  'model-current',
  'model-plan',
  'model-doubt',
  'model-access',
  'model-audit',
  'model-ownership',
  'run',
  'run-status',
  'alarm',
  'settings',
  'errors',
  'printable',
  'steps',
];
const LOG = 'log';

/** Part of the tree → the parts it may import, and its own libraries. Node's modules are open to all but the pure ones. */
const TABLE: Readonly<
  Record<string, { parts: readonly string[]; libraries: readonly string[]; node?: false }>
> = {
  model: { parts: ['settings'], libraries: [], node: false },
  'model-doubt': { parts: [], libraries: [], node: false },
  'model-current': { parts: ['model', 'model-doubt'], libraries: [], node: false },
  'model-plan': { parts: ['model', 'model-current', 'model-doubt', 'settings'], libraries: [], node: false },
  'model-access': { parts: ['model', 'model-current'], libraries: [], node: false },
  'model-audit': { parts: ['model', 'model-current', 'model-access'], libraries: [], node: false },
  'model-ownership': { parts: ['model', 'model-current'], libraries: [], node: false },
  run: { parts: TYPES, libraries: [], node: false },
  'run-status': { parts: [], libraries: [], node: false },
  alarm: { parts: ['model-doubt', 'run', 'run-status'], libraries: [], node: false },
  settings: { parts: [], libraries: [], node: false },
  errors: { parts: ['printable'], libraries: [], node: false },
  printable: { parts: [], libraries: [], node: false },
  steps: { parts: [], libraries: [], node: false },
  'in-turns': { parts: ['steps'], libraries: [] },
  storable: { parts: [], libraries: [], node: false },
  version: { parts: [], libraries: [] },
  log: { parts: ['printable'], libraries: ['pino', 'pino-pretty'] },
  config: { parts: [...TYPES, 'config'], libraries: ['yaml', 'zod'] },
  dn: { parts: ['dn'], libraries: [], node: false },
  directory: { parts: [...TYPES, 'dn', 'in-turns', 'directory'], libraries: ['ldapts'] },
  plan: { parts: [...TYPES, 'dn', 'storable', 'plan'], libraries: [], node: false },
  store: {
    parts: [...TYPES, 'dn', 'storable', 'in-turns', 'store'],
    libraries: ['@mikro-orm/core', '@mikro-orm/postgresql', '@mikro-orm/migrations', 'kysely', 'pg'],
  },
  queue: {
    parts: [...TYPES, 'queue', LOG],
    libraries: ['bullmq', 'ioredis', 'node-cron', 'pg', 'zod', '@bull-board/api/bullMQAdapter'],
  },
  notify: { parts: [...TYPES, 'notify'], libraries: [] },
  jobs: { parts: [...TYPES, 'in-turns', 'jobs', 'plan', 'store', LOG], libraries: [] },
  http: {
    parts: [...TYPES, 'http'],
    // lit-html: only the types of what its browser code returns
    libraries: [
      'fastify',
      '@fastify/rate-limit',
      '@fastify/swagger',
      'fastify-type-provider-zod',
      'zod',
      'prom-client',
      'lit-html',
      '@bull-board/api',
      '@bull-board/fastify',
    ],
  },
  cli: { parts: [...TYPES, 'cli', 'app', 'config', 'version', LOG], libraries: ['commander'] },
  main: { parts: ['cli'], libraries: [] },
  app: {
    parts: [
      ...TYPES,
      'app',
      'config',
      'directory',
      'plan',
      'store',
      'queue',
      'notify',
      'jobs',
      'http',
      'version',
      LOG,
    ],
    libraries: [],
  },
};

/** What a person sees of a plan is open to the folders that show things. */
const SHOWN = ['plan/report/describe-plan.ts'];

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function read(pattern: string): Source[] {
  return globSync(pattern).map(path => {
    const text = readFileSync(path, 'utf8');
    const found = [
      ...text.matchAll(
        /(?:^|\n)(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)|(?:^|\n)import '([^']+)'/g,
      ),
    ];
    return { path, text, imports: found.map(match => match[1] ?? match[2] ?? match[3] ?? '') };
  });
}

const SOURCES = read('src/**/*.ts');
/** What browsers run. Its imports are addresses, which test/http/routes/service/console.test.ts follows. */
const BROWSER = read('src/http/console/**/*.js');
const partOf = (path: string) =>
  path
    .replace(/^src\//, '')
    .replace(/\.ts$/, '')
    .split('/')[0] ?? '';
const resolve = (from: string, to: string) => normalize(join(dirname(from), to));

function breaches({ path, imports }: Source): string[] {
  const rule = TABLE[partOf(path)];
  if (rule === undefined) return [`${path}: "${partOf(path)}" is not in the import table`];
  return imports.filter(name => !isAllowed(path, name, rule)).map(name => `${path} imports ${name}`);
}

function isAllowed(path: string, name: string, rule: NonNullable<(typeof TABLE)[string]>): boolean {
  if (name.startsWith('node:')) return rule.node !== false;
  if (!name.startsWith('.')) return rule.libraries.includes(name);
  const target = resolve(path, name);
  if (target === 'package.json') return path === 'src/version.ts';
  if (!target.startsWith('src/')) return false;
  if (SHOWN.some(shown => target === `src/${shown}`))
    return ['cli', 'http', 'jobs', 'app', 'plan'].includes(partOf(path));
  return rule.parts.includes(partOf(target));
}

/** Lines of every function that the formatter closes at the indentation where it began. */
function functionLengths({ text }: Source): { name: string; lines: number }[] {
  const lines = text.split('\n');
  return lines.flatMap((line, start) => {
    const opening =
      /^(\s*)(?:export )?(?:async )?(?:function\*? (\w+)|(?:const (\w+) = .*=>)|(?:static |override |async )*(\w+)\(.*\).*)(?:.*)[{(]$/.exec(
        line,
      );
    if (opening === null || /^\s*(if|for|while|switch|catch|return|await)\b/.test(line)) return [];
    const indent = opening[1] ?? '';
    const length = lines
      .slice(start + 1)
      .findIndex(later => later.startsWith(`${indent}}`) && !later.startsWith(`${indent} `));
    return length < 0 ? [] : [{ name: opening[2] ?? opening[3] ?? opening[4] ?? '', lines: length + 2 }];
  });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

describe('architecture', () => {
  it('every file imports only what the table allows', () => {
    expect(SOURCES.flatMap(breaches)).toEqual([]);
  });

  it('only main and cli import the composition root', () => {
    const importers = SOURCES.filter(({ path, imports }) =>
      imports.some(name => partOf(resolve(path, name)) === 'app'),
    );
    expect(
      importers.map(({ path }) => partOf(path)).filter(part => !['app', 'cli', 'main'].includes(part)),
    ).toEqual([]);
  });

  it('there is no cycle', () => {
    const graph = new Map(
      SOURCES.map(({ path, imports }) => [
        path,
        imports.filter(name => name.startsWith('.')).map(name => resolve(path, name)),
      ]),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]) => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      if (done.has(path) || trail.includes(path)) return;
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it('only the configuration and the process entry read the environment', () => {
    const readers = SOURCES.filter(({ text }) => text.includes('process.env')).map(({ path }) => path);
    expect(readers).toEqual(['src/main.ts']);
  });

  it('files are short: none over 250 lines, half of them at most 70', () => {
    const lengths = SOURCES.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
    const others = [...BROWSER, ...read('dev/**/*.ts'), ...read('test/**/*.ts')].map(({ path, text }) => ({
      path,
      lines: text.split('\n').length - 1,
    }));
    expect([...lengths, ...others].filter(({ lines }) => lines > 250)).toEqual([]);
    expect(median(lengths.map(({ lines }) => lines))).toBeLessThanOrEqual(70);
  });

  it('functions are short: none over 60 lines, half of them at most 10', () => {
    const lengths = [...SOURCES, ...BROWSER].flatMap(source =>
      functionLengths(source).map(found => ({ path: source.path, ...found })),
    );
    expect(lengths.length).toBeGreaterThan(100);
    expect(lengths.filter(({ lines }) => lines > 60)).toEqual([]);
    expect(median(lengths.map(({ lines }) => lines))).toBeLessThanOrEqual(10);
  });

  it('no any, no casts, no enum, no barrel', () => {
    const found = SOURCES.flatMap(({ path, text }) =>
      codeOnly(text).flatMap((line, at) =>
        /:\s*any\b(?!\.)|\bas (?!const\b)\w|^export \* from|^(export )?enum /.test(line)
          ? [`${path}:${at + 1}`]
          : [],
      ),
    );
    expect(found).toEqual([]);
  });
});

/** The lines without comments, texts and imports: there "as" is a word like any other. */
function codeOnly(text: string): string[] {
  const blank = (match: string) => match.replace(/[^\n]/g, ' ');
  return text
    .replace(/`(?:[^`\\]|\\.)*`/gs, blank)
    .replace(/\/\*.*?\*\//gs, blank)
    .replace(/'(?:[^'\\\n]|\\.)*'/g, blank)
    .replace(/\/\/.*/g, blank)
    .replace(/^(?:import|export) (?:type )?(?:\{[^}]*\}|\* as \w+)/gm, blank)
    .split('\n');
}
