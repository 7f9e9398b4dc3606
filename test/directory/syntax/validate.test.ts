/** Filters and DNs of the configuration are parsed as RFC 4515 and RFC 4514 say, and mistakes are located. */
import fc from 'fast-check';
import type { Filter } from 'ldapts';
import { BerReader, BerWriter, FilterParser } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../src/directory/syntax/filter-parser.ts';
import { dnProblem, filterProblem } from '../../../src/directory/syntax/validate.ts';

function onTheWire(filter: Filter): Buffer {
  const writer = new BerWriter();
  filter.write(writer);
  return writer.buffer;
}

describe('a filter', () => {
  it.each([
    ['( &(objectClass=person) (|(cn=a)  (cn=b)) )', '(&(objectClass=person)(|(cn=a)(cn=b)))'],
    ['\n  (&\n    (objectClass=person)\n    ( ! (cn=a) )\n  )\n', '(&(objectClass=person)(!(cn=a)))'],
    ['( cn=a)', '(cn=a)'],
  ])('%j is accepted with its white space (G44)', (text, same) => {
    expect(onTheWire(parseFilter(text))).toEqual(onTheWire(parseFilter(same)));
  });

  it('keeps white space in a value (G44)', () => {
    expect(onTheWire(parseFilter('(cn= a )'))).toEqual(onTheWire(parseFilter('(cn=\\20a\\20)')));
    expect(filterProblem('(cn =a)')).toBe('expected an attribute at character 2');
  });

  it.each([
    ['not closed (F80)', '(cn=a', 'expected ")" at character 6'],
    ['text after it (F80)', '(cn=a))', 'expected the end of the filter at character 7'],
    ['no parenthesis (F80)', 'cn=a', 'expected "(" at character 1'],
    ['empty (F80)', '', 'expected "(" at character 1'],
    ['no attribute (F80)', '(=a)', 'expected an attribute at character 2'],
    ['no operator (F80)', '(cn)', 'expected an attribute at character 2'],
    [
      'half an escape (F80)',
      '(cn=a\\4)',
      'expected two hex digits after the backslash in the value at character 5',
    ],
    [
      'bytes that are not text (F80)',
      '(cn=a\\ff*)',
      'expected UTF-8 (only "=" compares other bytes) in the value at character 5',
    ],
    ['nested without end (F80)', '(!'.repeat(50_000), 'expected at most 100 levels at character 203'],
  ])('%s is rejected with the position', (_, text, problem) => {
    expect(filterProblem(text)).toBe(problem);
  });

  it.each([
    '(objectClass=*)',
    '(&(objectClass=group)(!(userAccountControl:1.2.840.113556.1.4.803:=2))(|(cn=a*b*c)(cn=*x)))',
    '(cn:dn:2.4.6.8.10:=Dino)',
    '(:caseExactMatch:=x)',
    '(cn:=Betty)',
    '(uidNumber>=1000)',
    '(uidNumber<=1000)',
    '(cn~=smith)',
    '(&)',
    '(|)',
    '(cn;lang-en=x)',
    '(2.5.4.3=x)',
    '(cn=)',
    '(cn=**)',
    '(objectGUID=\\a1\\ff\\00)',
  ])('%s is accepted', text => {
    expect(filterProblem(text)).toBeUndefined();
  });

  it('sends escaped bytes as those bytes', () => {
    expect(onTheWire(parseFilter('(cn=\\c3\\a9)'))).toEqual(onTheWire(parseFilter('(cn=é)')));
    expect(onTheWire(parseFilter('(objectGUID=\\ff\\00)')).subarray(-2)).toEqual(Buffer.from([0xff, 0]));
  });

  it('finds every value with special characters by an escaped filter (F28)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), value => {
        const escaped = [...Buffer.from(value)]
          .map(octet => `\\${octet.toString(16).padStart(2, '0')}`)
          .join('');
        const reader = new BerReader(onTheWire(parseFilter(`(cn=${escaped})`)));
        expect(FilterParser.parse(reader)).toMatchObject({ attribute: 'cn', value });
      }),
    );
  });
});

describe('a DN in the configuration', () => {
  it('is rejected with the position (F80)', () => {
    expect(dnProblem('ou=groups,example')).toBe('expected an attribute type and "=" at character 11');
    expect(dnProblem('ou="groups')).toBe('expected a closing quote at character 11');
    expect(dnProblem('ou=a\\')).toBe('expected a character after the backslash at character 5');
    expect(dnProblem(' ')).toMatch('expected a distinguished name');
  });

  it('may hold quotes and stars (F30)', () => {
    expect(dnProblem("cn=O'Brien team,ou=A*B,dc=example,dc=com")).toBeUndefined();
  });
});
