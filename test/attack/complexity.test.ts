/**
 * Texts from outside take linear time: fifty thousand repetitions take milliseconds. Quadratic work would take
 * seconds. Processor time is measured, because other tests run at the same time.
 */
import { describe, expect, it } from 'vitest';
import { generalizedTime } from '../../src/directory/syntax/generalized-time.ts';
import { dnOfUrl, parseLdapUrl } from '../../src/directory/syntax/ldap-url.ts';
import { filterProblem } from '../../src/directory/syntax/validate.ts';
import { fillTemplate } from '../../src/mapping/fill-template.ts';
import { normaliseName, shortenName } from '../../src/mapping/group-name.ts';
import { valuesThatGive } from '../../src/mapping/invert-template.ts';
import { globMatcher } from '../../src/mapping/name-pattern.ts';
import { anchorsIn } from '../../src/plan/report/seal-messages.ts';
import { dnKey, matchingText } from '../../src/text/dn-key.ts';
import { isProtected, looseKey, usernameKey } from '../../src/text/loose-key.ts';
import { printable } from '../../src/text/printable.ts';
import { processorMs } from '../support/observe/processor.ts';

const TIMES = 50_000;
const LIMIT_MS = 1_000;

const UUID = '00000000-0000-4000-8000-000000000000';
const isExcluded = globMatcher(['*-*-*-tmp', '*a*b*c*', '?*?*?']);
const fill = (text: string) => fillTemplate('{cn}-{dn.ou[1]}', { attributes: { cn: text }, dn: text });

/** Everything that reads texts of directories, requests and logs. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  anchorsIn,
  dnKey,
  dnOfUrl,
  fill,
  filterProblem,
  generalizedTime,
  isExcluded,
  isProtected: text => isProtected(text, ['*-*-*x', 'root']),
  looseKey,
  matchingText,
  normaliseName,
  parseLdapUrl: text => attempt(() => parseLdapUrl(text)),
  printable,
  shortenName: text => shortenName(text, UUID),
  usernameKey,
  valuesThatGive: text => valuesThatGive('{cn}-{cn}', text, { attributes: { cn: text }, dn: text }),
};

const UNITS = {
  hyphens: '-',
  stars: '*',
  spaces: ' ',
  tabs: '\t',
  'no-break spaces': '\u00a0',
  marks: '\u0301',
  'half-width marks': '\uff9e',
  'vowel signs': '\u0941',
  joiners: '\u200d',
  'emoji with joiners': '👨\u200d',
  'skin tones': '\u{1F3FB}',
  ligatures: '\ufdfa',
  'sharp s': 'ß',
  'dotless i': 'ı',
  escapes: '\\2c',
  'half escapes': '\\',
  quotes: '"',
  'multi-valued parts': 'a=b+',
  'parts of names': 'ou=a,',
  'opening parentheses': '(',
  negations: '(!',
  conjunctions: '(&(a=b)',
  'percent signs': '%28',
  'question marks': '?',
  digits: '1',
  anchors: '1:',
  braces: '{dn.ou}',
};

const STARTS = ['', 'क', 'cn=', '(cn=', 'ldap:///', '"'];

describe('texts from outside', () => {
  it.each(Object.keys(READERS))('take linear time in %s (G62, G66)', name => {
    const read = READERS[name];
    for (const [what, unit] of Object.entries(UNITS)) {
      for (const start of STARTS) {
        const text = `${start}${unit.repeat(TIMES)}x`;
        const used = processorMs(() => read?.(text));
        expect(used, `${what} after "${start}"`).toBeLessThan(LIMIT_MS);
      }
    }
  });
});

function attempt(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}
