/** Numbers in test titles (`… (G05)`) name situations, and docs/situations.md lists each of them. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const NUMBER = /(?:model )?\b[A-GPR]\d{1,3}\b/g;
/** `continues (F77, D6)`, `(G01 to G05)` */
const TITLE = /\(((?:(?:model )?[A-Z]\d{1,3}(?:, | and | to )?)+)\)['"`]/;

function titled(): Set<string> {
  const files = [...globSync('test/**/*.ts'), ...globSync('dev/organisation/**/*.ts')];
  const lines = files.flatMap(file => readFileSync(file, 'utf8').split('\n'));
  const titles = lines.map(line => TITLE.exec(line)?.[1] ?? '');
  return new Set(titles.flatMap(title => title.match(NUMBER) ?? []));
}

function listed(): readonly string[] {
  const text = readFileSync('docs/situations.md', 'utf8');
  return [...text.matchAll(/^\| ((?:model )?[A-GPR]\d+) \| .+ \| .+ \|$/gm)].map(([, number = '']) => number);
}

describe('docs/situations.md', () => {
  it('lists every number that a test title has', () => {
    const known = new Set(listed());
    expect([...titled()].filter(number => !known.has(number))).toEqual([]);
  });

  it('lists no number twice or without a test', () => {
    const tested = titled();
    expect(listed().filter(number => !tested.has(number))).toEqual([]);
    expect(listed().filter((number, at, all) => all.indexOf(number) !== at)).toEqual([]);
  });

  it('explains the situations that comments name', () => {
    const known = new Set(listed());
    const comments = globSync('src/**/*.{ts,js}').flatMap(file =>
      [...readFileSync(file, 'utf8').matchAll(/\bcases? ([A-G]\d{1,3})\b/g)].map(([, number = '']) => number),
    );
    expect(comments.filter(number => !known.has(number))).toEqual([]);
  });
});
