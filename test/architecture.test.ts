/** The imports of each folder, cycles between folders, and the number of files. CONTRIBUTING.md explains the rules. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FILES_A_FOLDER, IMPORTS, LIBRARIES, type Rules } from './folders.ts';

interface Source {
  readonly path: string;
  readonly text: string;
  /** Our own files by their path from the root, libraries by their name. */
  readonly imports: readonly string[];
}

const IMPORT =
  /^(?:import|export)\b[^'"`;]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|@import [^'\n]*?from '([^']+)'/gm;

function read(pattern: string): Source[] {
  return globSync(pattern).map(path => {
    const text = readFileSync(path, 'utf8');
    const names = [...text.matchAll(IMPORT)].map(found => found[1] ?? found[2] ?? found[3] ?? found[4] ?? '');
    return {
      path,
      text,
      // Modules of the console load libraries from paths that begin with a slash.
      imports: names
        .filter(name => !name.startsWith('/'))
        .map(name => (name.startsWith('.') ? normalize(join(dirname(path), name)) : name)),
    };
  });
}

/** The rule of the table for a path. */
function ruleOf(table: Rules, path: string): string {
  const place = path.replace(/^src\//, '');
  const fitting = [...table.keys()].filter(name => place === name || place.startsWith(`${name}/`));
  return fitting.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

function breaches({ path, imports }: Source): string[] {
  const [own, libraries] = [ruleOf(IMPORTS, path), LIBRARIES.get(ruleOf(LIBRARIES, path)) ?? []];
  if (own === '') return [`${path}: no line of the table fits`];
  const isAllowed = (name: string) => {
    if (name.startsWith('src/')) {
      const other = ruleOf(IMPORTS, name);
      return other === own || IMPORTS.get(own)?.includes(other) === true;
    }
    if (name === 'package.json') return path === 'src/version.ts';
    return libraries.includes(name.startsWith('node:') ? 'node' : name);
  };
  return imports.filter(name => !isAllowed(name)).map(name => `${path} imports ${name}`);
}

/** Imports that the table allows and no file uses. */
function unused(sources: readonly Source[]): string[] {
  const used = new Set(
    sources.flatMap(({ path, imports }) =>
      imports.map(name => `${ruleOf(IMPORTS, path)}: ${ruleOf(IMPORTS, name)}`),
    ),
  );
  const lines = [...IMPORTS].flatMap(([name, others]) => others.map(other => `${name}: ${other}`));
  return lines.filter(line => !used.has(line));
}

/**
 * The cycles between folders. Files directly in src/ count one by one, because some are above and some below all
 * folders.
 */
function cycles(sources: readonly Source[]): string[] {
  const place = (path: string) => (dirname(path) === 'src' ? path : dirname(path));
  const graph = new Map<string, Set<string>>();
  for (const { path, imports } of sources) {
    const others = graph.get(place(path)) ?? new Set();
    for (const name of imports) if (/^(src|dev|test)\//.test(name)) others.add(place(name));
    graph.set(place(path), others);
  }
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (folder: string, trail: readonly string[]) => {
    if (trail.includes(folder)) found.push([...trail.slice(trail.indexOf(folder)), folder].join(' → '));
    if (done.has(folder) || trail.includes(folder)) return;
    for (const next of graph.get(folder) ?? []) if (next !== folder) visit(next, [...trail, folder]);
    done.add(folder);
  };
  for (const folder of graph.keys()) visit(folder, []);
  return found;
}

const SOURCES = read('src/**/*.{ts,js}');

/** The libraries that are loaded with this file: imports of values, but none inside of a function. */
function loadedLibraries(path: string, seen = new Set<string>()): string[] {
  if (seen.has(path)) return [];
  seen.add(path);
  const eager = /^(?:import|export)\s+(?!type\b)[^'"`;]*?\bfrom\s+'([^']+)'/gm;
  const names = [...readFileSync(path, 'utf8').matchAll(eager)].map(([, name = '']) => name);
  return names
    .filter(name => !name.startsWith('node:') && !name.endsWith('.json'))
    .flatMap(name =>
      name.startsWith('.') ? loadedLibraries(normalize(join(dirname(path), name)), seen) : [name],
    );
}

/** The number of lines of every declared function. The formatter puts the end at the indentation of the start. */
function functionLengths({ text }: Source): number[] {
  return [...text.matchAll(/^( *)(?:export )?(?:async )?function\b[\s\S]*?^\1\}/gm)].map(
    ([lines]) => lines.split('\n').length,
  );
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

describe('architecture', () => {
  it('every file imports only what the line of its folder allows', () => {
    expect(SOURCES.flatMap(breaches)).toEqual([]);
  });

  it('no line allows more than is used', () => {
    expect(unused(SOURCES)).toEqual([]);
  });

  it.each(['src', 'dev', 'test'])('the folders of %s import each other in one direction', top => {
    expect(cycles(read(`${top}/**/*.{ts,js}`))).toEqual([]);
  });

  it(`no folder holds more than ${FILES_A_FOLDER} files`, () => {
    const counts = new Map<string, number>();
    for (const entry of globSync('{src,dev,test}/**/*', { withFileTypes: true })) {
      if (entry.isFile()) counts.set(entry.parentPath, (counts.get(entry.parentPath) ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count > FILES_A_FOLDER)).toEqual([]);
  });

  it('help, the version and usage errors load no library but the one for the command line', () => {
    expect(new Set(loadedLibraries('src/main.ts'))).toEqual(new Set(['commander']));
  });

  it('half of the files have at most 70 lines, and half of the functions at most 10', () => {
    const sources = SOURCES.filter(({ path }) => path.endsWith('.ts'));
    expect(median(sources.map(({ text }) => text.split('\n').length - 1))).toBeLessThanOrEqual(70);
    expect(median(sources.flatMap(functionLengths))).toBeLessThanOrEqual(10);
  });
});
