/** A group name is traced back to the attribute values from which a template makes it. */
import { expect, it } from 'vitest';
import { valuesThatGive } from '../../src/mapping/invert-template.ts';

const GROUP = { dn: 'cn=ops,ou=eu,dc=test', attributes: { ou: 'web', l: 'de' } };

it.each([
  ['{ou}', 'alpha', [['ou', 'alpha']]],
  ['{OU}-team', 'alpha-team', [['ou', 'alpha']]],
  ['{l}-{ou}', 'de-alpha', [['ou', 'alpha']]],
  [
    '{l}-{ou}',
    'de-web',
    [
      ['l', 'de'],
      ['ou', 'web'],
    ],
  ],
  ['{ou}/{dn.ou}/{ou}', 'alpha/eu/alpha', [['ou', 'alpha']]],
])('%s gives "%s" by these values, with the other values of the group (G01)', (template, text, expected) => {
  const found = valuesThatGive(template, text, GROUP);
  expect(found.map(({ attribute, value }) => [attribute, value])).toEqual(expected);
});

it.each([
  ['{ou}-team', 'alpha'],
  ['team', 'team'],
  ['{l}-{ou}', 'fr-alpha'],
  ['{o}-{st}', 'a-b'],
  ['{dn.ou}', 'us'],
  ['{ou}{ou}', 'alphabeta'],
  ['{ou}-team', '-team'],
])('%s gives "%s" by no single value (G01)', (template, text) => {
  expect(valuesThatGive(template, text, GROUP)).toEqual([]);
});
