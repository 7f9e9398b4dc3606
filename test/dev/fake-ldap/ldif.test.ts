/** The parser for LDIF reads every form of RFC 2849 that the tests use, in linear time. */
import { describe, expect, it } from 'vitest';
import { parseLdif } from '../../../dev/fake-ldap/tree/ldif.ts';

describe('LDIF', () => {
  it.each<[string, string, ReturnType<typeof parseLdif>]>([
    ['nothing', '', []],
    ['a version and comments', 'version: 1\n# one\n\n# two\n', []],
    ['an entry', 'dn: cn=a\ncn: a\n', [{ dn: 'cn=a', attributes: { cn: ['a'] } }]],
    [
      'an entry right after the version',
      'version: 1\ndn: cn=a\ncn: a\n',
      [{ dn: 'cn=a', attributes: { cn: ['a'] } }],
    ],
    ['an entry without attributes', 'dn: cn=a', [{ dn: 'cn=a', attributes: {} }]],
    [
      'several entries, parted by any number of empty lines',
      '\n\ndn: cn=a\n\n\n\ndn: cn=b\n',
      [
        { dn: 'cn=a', attributes: {} },
        { dn: 'cn=b', attributes: {} },
      ],
    ],
    ['lines that end as on Windows', 'dn: cn=a\r\ncn: a\r\n', [{ dn: 'cn=a', attributes: { cn: ['a'] } }]],
    [
      'folded lines',
      'dn: cn=a,\n dc=x\ncn: two\n  words\n',
      [{ dn: 'cn=a,dc=x', attributes: { cn: ['two words'] } }],
    ],
    ['folded comments', '# a long\n comment\ndn: cn=a\n', [{ dn: 'cn=a', attributes: {} }]],
    ['comments within an entry', 'dn: cn=a\n# why\ncn: a\n', [{ dn: 'cn=a', attributes: { cn: ['a'] } }]],
    ['base64 that is text', 'dn:: Y249w7w=\ncn:: w7w=\n', [{ dn: 'cn=ü', attributes: { cn: ['ü'] } }]],
    [
      'base64 that is not',
      'dn: cn=a\nx:: /wA=\n',
      [{ dn: 'cn=a', attributes: { x: [Buffer.from([0xff, 0])] } }],
    ],
    ['folded base64', 'dn: cn=a\ncn:: aGFs\n bG8=\n', [{ dn: 'cn=a', attributes: { cn: ['hallo'] } }]],
    [
      'values without a space before them',
      'dn:cn=a\ncn:a:b\n',
      [{ dn: 'cn=a', attributes: { cn: ['a:b'] } }],
    ],
    ['empty values', 'dn: cn=a\ncn:\nsn: \n', [{ dn: 'cn=a', attributes: { cn: [''], sn: [''] } }]],
    ['text outside ASCII as it is', 'dn: cn=ü\ncn: 東京\n', [{ dn: 'cn=ü', attributes: { cn: ['東京'] } }]],
    ['options', 'dn: cn=a\ncn;lang-de: a\n', [{ dn: 'cn=a', attributes: { 'cn;lang-de': ['a'] } }]],
    [
      'values of one attribute in any letter case together',
      'dn: cn=a\nMail: 1\nmail: 2\nMAIL: 3\n',
      [{ dn: 'cn=a', attributes: { Mail: ['1', '2', '3'] } }],
    ],
  ])('reads %s', (_, text, expected) => {
    expect(parseLdif(text)).toEqual(expected);
  });

  it.each([
    ['no colon', 'dn: cn=a\ncn a\n', 'line 2: expected "name: value"'],
    ['no name', 'dn: cn=a\n: a\n', 'line 2: expected "name: value"'],
    ['no dn', '# people\ncn: a\n', 'line 2: an entry begins with "dn:"'],
    [
      'two entries without an empty line between them',
      'dn: cn=a\n\ndn: cn=b\ncn: b\ndn: cn=c\n',
      'line 5: an empty line',
    ],
    ['base64 that is none', 'dn: cn=a\n# folded\n comment\ncn:: a-b\n', 'line 4: the value is not base64'],
    ['a URL', 'dn: cn=a\njpegPhoto:< file:///etc/passwd\n', 'line 2: values from a URL'],
    ['a change', 'dn: cn=a\nchangetype: delete\n', 'line 2: change records'],
  ])('names the line with %s', (_, text, message) => {
    expect(() => parseLdif(text)).toThrow(message);
  });

  it('reads ten thousand folded entries in linear time', () => {
    const members = (count: number) =>
      Array.from({ length: count }, (_, index) => `member: cn=${index},\n dc=x\n`).join('');
    const text = Array.from({ length: 10_000 }, (_, index) => `dn: cn=${index}\n${members(5)}`).join('\n');
    const entries = parseLdif(`${text}\ndn: cn=large\n${members(20_000)}`);
    expect(entries).toHaveLength(10_001);
    expect(entries.at(-1)?.attributes['member']).toHaveLength(20_000);
  });
});
