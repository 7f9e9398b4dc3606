/** Texts that an attacker could write, for the parsers that read them. */
import type { Random } from '../../dev/organisation/generate/random.ts';
import { parseFilter } from '../../src/directory/syntax/filter-parser.ts';
import { parseLdapUrl } from '../../src/directory/syntax/ldap-url.ts';
import { isTooLong, normaliseName, shortenName } from '../../src/mapping/group-name.ts';
import { globMatcher } from '../../src/mapping/name-pattern.ts';
import { dnKey, matchingText } from '../../src/text/dn-key.ts';
import { printable } from '../../src/text/printable.ts';

const PARTS = [
  '(',
  ')',
  '(&',
  '(|',
  '(!',
  '*',
  '\\',
  '\\2c',
  '\\61',
  '=',
  '>=',
  '~=',
  ':dn:',
  ';',
  ',',
  '+',
  '"',
  '#',
  '#04',
  ' ',
  '\t',
  '\0',
  '-',
  '?',
  '%',
  '%28',
  '%zz',
  'ldap://',
  'ldap:///',
  '/',
  '??sub?',
  'a',
  '1',
  '1.',
  'oid.',
  'cn=',
  'ı',
  'ß',
  '\u0301',
  '\u0316',
  '\uFDFA',
  '\uFF9E',
  '\u202e',
  '\ud800',
  '🦄',
  '👨‍👩‍👧',
  'ﬁ',
  '*-',
];
const LONGEST = 65_536;

/** Some parts, repeated many times: backtracking in a parser is repeated as often. */
export function strangeText(random: Random): string {
  const unit = Array.from({ length: 1 + random.below(5) }, () => random.pick(PARTS)).join('');
  const times = random.chance(0.5) ? 1 + random.below(30) : Math.floor(LONGEST / unit.length);
  return `${random.pick(PARTS)}${unit.repeat(times)}${random.pick(PARTS)}`;
}

/** Parses a text in every way. @throws an error that no parser may throw */
export function parseAll(text: string): void {
  for (const parse of [parseFilter, parseLdapUrl]) attempt(() => parse(text));
  attempt(() => parseFilter(`(cn=${text})`));
  attempt(() => parseLdapUrl(`ldap:///dc=a??sub?${text}`));
  for (const dn of [text, `cn=${text},dc=a`]) dnKey(dn);
  matchingText(text);
  printable(text);
  globMatcher(['*-*-*a', '*a*b*c*', '?*?*?', text.slice(0, 100)])(text);
  const name = normaliseName(text);
  if (name !== undefined && isTooLong(name)) shortenName(name, '00000000-0000-4000-8000-000000000000');
}

function attempt(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}
