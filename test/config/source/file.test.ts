// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is the syntax of variables in the file
import { describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../../src/config/source/file.ts';
import { ConfigError } from '../../../src/errors.ts';
import { configText, problemsOf } from '../../support/config.ts';

describe('a file that is not YAML', () => {
  it.each([
    ['a tab', 'http:', 'http:\n\tport: 1', 'rollcall.yaml:4 indent with spaces, not with a tab'],
    [
      'an open quote',
      'name: ops',
      'name: "ops',
      /^rollcall\.yaml:\d+ is not valid YAML from this line on \(missing char\); check/,
    ],
    [
      'a key twice',
      'http:',
      'http:\n  port: 1\n  port: 2',
      'rollcall.yaml:5 the key "port" is duplicated here; keep one',
    ],
    [
      'a cron expression without quotes',
      '    users:',
      '    schedule: */15 * * * *\n    users:',
      /^rollcall\.yaml:11 a value that starts with \*/,
    ],
    [
      'a template without quotes',
      '"{cn}"',
      '{cn}',
      /^rollcall\.yaml:14 directories\[0\]\.mappings\[0\]\.name: must be a name, .*not a block/,
    ],
    [
      'a variable without quotes in braces',
      'name: ops',
      'name: ${NAME}',
      'rollcall.yaml:5 inside { } and [ ], a value with a variable must be put in quotes',
    ],
    [
      'a second document',
      'directories:',
      '---\ndirectories:',
      'rollcall.yaml:6 a second YAML document (---) begins here; keep one',
    ],
    [
      'a key that is a block',
      'http:',
      '? { secret: s3cret }\n: 1\nhttp:',
      'rollcall.yaml:3 a key must be text: put it in quotes',
    ],
    [
      'a key that is an alias of a block',
      'http:',
      'a: &block { secret: s3cret }\n*block : 1\nhttp:',
      'rollcall.yaml:4 a key must be text: put it in quotes',
    ],
    ['an alias of nothing', 'corp', '*corp', /^rollcall\.yaml:7 a value that starts with \*/],
    ['an anchor that holds itself', 'corp', '&corp [*corp]', /^rollcall\.yaml:7 a value that starts with \*/],
  ])('%s: is reported once, with the line', async (_, found, replacement, problem) => {
    const problems = await problemsOf(configText([found, replacement]));
    expect(problems).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
  });
});

describe('the line of a value', () => {
  const file = parseConfigFile(
    'f',
    '# a\nusers: &people\n  filter: x\nlist:\n  - one\n  - { two: *people }\n',
  );

  it('is that of its key or list item, also behind an alias', () => {
    expect(file.lineOf(['users', 'filter'])).toEqual({ line: 3, exact: true });
    expect(file.lineOf(['list', 0])).toEqual({ line: 5, exact: true });
    expect(file.lineOf(['list', 1, 'two'])).toEqual({ line: 6, exact: true });
    expect(file.lineOf(['list', 1, 'two', 'filter'])).toEqual({ line: 3, exact: true });
  });

  it('is that of the block when the value is missing', () => {
    expect(file.lineOf(['users', 'name'])).toEqual({ line: 2, exact: false });
    expect(file.lineOf(['nothing', 'here'])).toEqual({ line: 2, exact: false });
  });
});

it('aliases that expand exponentially are refused', () => {
  const bomb = ['a0: &a0 [x, x]'];
  for (let level = 1; level < 12; level++) {
    bomb.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  }
  expect(() => parseConfigFile('f', bomb.join('\n'))).toThrow(ConfigError);
});
