/** docs/threat-model.md: each actor has tests, and .ci/run runs them. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const text = readFileSync('docs/threat-model.md', 'utf8');
const [, table = ''] = /## Actors\n\n([\s\S]*?)\n\n/.exec(text) ?? [];
const ROWS = table
  .split('\n')
  .slice(2)
  .map(line => line.split(' | '))
  .map(([who = '', , cannot = '', tests = '']) => ({
    who: who.replace(/^\| /, ''),
    cannot,
    tests: [...tests.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, file = '']) => file),
  }));

/** Suites with a configuration of their own, which npm test does not run. */
const OTHER_SUITES = /^test\/(browser|chaos|container|upgrade|vendors)\//;

describe('the threat model', () => {
  it('has actors', () => expect(ROWS.length).toBeGreaterThan(9));

  it.each(ROWS)('says what $who cannot do, with tests that npm test runs', ({ cannot, tests }) => {
    expect(cannot).not.toBe('');
    expect(tests).not.toEqual([]);
    for (const file of tests) {
      expect(existsSync(file), file).toBe(true);
      expect(file).toMatch(/\.test\.ts$/);
      expect(file).not.toMatch(OTHER_SUITES);
      expect(readFileSync(file, 'utf8')).toMatch(/^\s*it[.(]/m);
    }
  });

  it('links every test of test/attack', () => {
    const own = globSync('test/attack/*.test.ts').filter(file => !file.endsWith('threat-model.test.ts'));
    expect(own.filter(file => !text.includes(file))).toEqual([]);
  });
});
