/** Texts that an attacker could write, for the parsers that read them. */
import { readFileSync } from 'node:fs';
import type { Random } from '../../dev/organisation/generate/random.ts';
import { parseFilter } from '../../src/directory/syntax/filter-parser.ts';
import { generalizedTime } from '../../src/directory/syntax/generalized-time.ts';
import { parseLdapUrl } from '../../src/directory/syntax/ldap-url.ts';
import { fillTemplate } from '../../src/mapping/fill-template.ts';
import { isTooLong, normaliseName, shortenName } from '../../src/mapping/group-name.ts';
import { valuesThatGive } from '../../src/mapping/invert-template.ts';
import { globMatcher } from '../../src/mapping/name-pattern.ts';
import { templateProblem } from '../../src/mapping/template-problem.ts';
import { anchorsIn } from '../../src/plan/report/seal-messages.ts';
import { scheduleProblem } from '../../src/queue/schedule/cron.ts';
import { dnKey, matchingText } from '../../src/text/dn-key.ts';
import { isProtected, looseKey, usernameKey } from '../../src/text/loose-key.ts';
import { printable } from '../../src/text/printable.ts';
import { mutated } from './mutate.ts';

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
/** One valid or nearly valid text of each kind a line. */
const CORPUS = readFileSync('test/fixtures/corpus/texts.txt', 'utf8').trimEnd().split('\n');

/** A changed text of the corpus, or some parts, repeated many times: backtracking in a parser is repeated as often. */
export function strangeText(random: Random): string {
  if (random.chance(0.4)) return changedText(random);
  const unit = Array.from({ length: 1 + random.below(5) }, () => random.pick(PARTS)).join('');
  const times = random.chance(0.5) ? 1 + random.below(30) : Math.floor(LONGEST / unit.length);
  return `${random.pick(PARTS)}${unit.repeat(times)}${random.pick(PARTS)}`;
}

function changedText(random: Random): string {
  const [bytes, other] = [Buffer.from(random.pick(CORPUS)), Buffer.from(random.pick(CORPUS))];
  return mutated(bytes, random, other).toString().slice(0, LONGEST);
}

/** Parses a text in every way. @throws an error that no parser may throw */
export function parseAll(text: string): void {
  for (const parse of [parseFilter, parseLdapUrl]) attempt(() => parse(text));
  attempt(() => parseFilter(`(cn=${text})`));
  attempt(() => parseLdapUrl(`ldap:///dc=a??sub?${text}`));
  for (const dn of [text, `cn=${text},dc=a`]) dnKey(dn);
  matchingText(text);
  usernameKey(text);
  looseKey(text);
  isProtected(text, ['*-*-x', text.slice(0, 100)]);
  generalizedTime(text);
  anchorsIn(text);
  attempt(() => scheduleProblem(text, 'Europe/Berlin'));
  templateProblem(text);
  const group = { attributes: { cn: text }, dn: text };
  for (const template of [text, '{cn}-{dn.ou[1]}']) fillTemplate(template, group);
  valuesThatGive('{cn}-{cn}', text, group);
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
