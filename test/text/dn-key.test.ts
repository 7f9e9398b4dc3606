/** Two DNs have the same key if and only if they compare as equal. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dnKey, isUnder } from '../../src/text/dn-key.ts';
import { processorMs } from '../support/observe/processor.ts';

const PEOPLE = 'ou=people,dc=example,dc=com';

function keys(...dns: string[]): (string | undefined)[] {
  return [...new Set(dns.map(dnKey))];
}

describe('the key of a DN', () => {
  it.each([
    ['letter case (F25)', 'cn=alice,ou=people,dc=EXAMPLE,dc=com', 'CN=Alice,OU=People,DC=example,DC=com'],
    ['an OID (F25)', `cn=alice,${PEOPLE}`, `OID.2.5.4.3=Alice,${PEOPLE}`, `2.5.4.3=alice,${PEOPLE}`],
    ['a long type name (F25)', `cn=alice,${PEOPLE}`, `commonName=alice,${PEOPLE}`],
    ['spaces around separators (C25)', `cn=a b,${PEOPLE}`, ' cn = a b , ou= people ,dc=example ;dc=com '],
    ['repeated spaces (C25)', `cn=a b,${PEOPLE}`, `cn=a   b,${PEOPLE}`, `cn=\\20a b\\20,${PEOPLE}`],
    [
      'a comma (F27)',
      `cn=Smith\\, John,${PEOPLE}`,
      `cn=Smith\\2C John,${PEOPLE}`,
      `cn=Smith\\2c John,${PEOPLE}`,
      `cn="Smith, John",${PEOPLE}`,
      `cn="Smith\\, John" , ${PEOPLE}`,
    ],
    ['hex of UTF-8 (C25)', `cn=Kraków,${PEOPLE}`, `cn=Krak\\C3\\B3w,${PEOPLE}`, `cn=KRAKÓW,${PEOPLE}`],
    ['composed and decomposed (C25)', `cn=Ren\u00e9,${PEOPLE}`, `cn=Rene\u0301,${PEOPLE}`],
    ['capital sharp s (C25)', `cn=Straße,${PEOPLE}`, `cn=STRAẞE,${PEOPLE}`],
    ['final sigma (C25)', `cn=ΟΔΟΣ,${PEOPLE}`, `cn=οδος,${PEOPLE}`, `cn=οδοσ,${PEOPLE}`],
    [
      'BER in hex (C25)',
      `cn=Lučić,${PEOPLE}`,
      `cn=#0c074c75c48d69c487,${PEOPLE}`,
      `cn=#04074C75C48D69C487,${PEOPLE}`,
    ],
    [
      'the order inside an RDN (C25)',
      `cn=A+uid=b,${PEOPLE}`,
      `uid=B+cn=a,${PEOPLE}`,
      `uid=B + cn=a,${PEOPLE}`,
    ],
  ])('%s makes no difference', (_, ...dns) => {
    expect(keys(...dns)).toHaveLength(1);
  });

  it.each([
    ['plus (F28)', 'cn=a\\+b', 'cn=a\\2Bb'],
    ['angle brackets (F28)', 'cn=a\\<b\\>', 'cn=a\\3cb\\3e'],
    ['semicolon (F28)', 'cn=a\\;b', 'cn=a\\3bb'],
    ['equals (F28)', 'cn=a=b', 'cn=a\\=b'],
    ['star (F28)', 'cn=a*b', 'cn=a\\2ab'],
    ['a leading hash (F28)', 'cn=\\#hash', 'cn=\\23hash'],
    ['parentheses (F28)', 'cn=(paren)', 'cn=\\28paren\\29'],
    ['backslash (F28)', 'cn=back\\\\slash', 'cn=back\\5Cslash'],
    ['leading and trailing space (F28)', 'cn=\\ lead\\ ', 'cn=\\20lead\\20'],
    ['quote (F28)', 'cn=\\"q\\"', 'cn=\\22q\\22'],
  ])('%s is one value in every spelling', (_, ...rdns) => {
    const found = keys(...rdns.map(rdn => `${rdn},${PEOPLE}`));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`,${PEOPLE}$`));
  });

  it('is different for different DNs', () => {
    const dns = [
      'cn=ab',
      'cn=a b',
      'cn=a,cn=b',
      'cn=a\\,cn=b',
      'cn=a+cn=b',
      'cn=a\\+cn=b',
      'uid=ab',
      'cn=ılgaz',
      'cn=ilgaz',
      'cn=weiß',
      'cn=weiss',
    ];
    expect(keys(...dns)).toHaveLength(dns.length);
  });

  it('is different for different bytes that are not UTF-8', () => {
    expect(keys('cn=a\\ff', 'cn=a\\fe', 'cn=a\uFFFD', 'cn=#0401ff', 'cn=#0401fe')).toHaveLength(5);
  });

  it.each(['', 'alice', 'cn', '=x', 'cn=a,', 'cn=a+', 'cn=a\\', 'cn="a', 'cn=a"b', ',cn=a', 'cn=a,,dc=b'])(
    '"%s" is not the DN of an entry (F50)',
    text => {
      expect(dnKey(text) || undefined).toBeUndefined();
    },
  );

  it('takes linear time for hostile input', () => {
    const used = processorMs(() => {
      for (const part of ['\\,', ' ', 'a=', '+a=b', '"', '\\', 'cn=a,', 'ı', '\\c3\\b3'])
        dnKey(`cn=${part.repeat(200_000)}`);
    });
    expect(used).toBeLessThan(5_000);
  });
});

const type = fc.constantFrom('cn', 'CN', 'uid', 'ou', 'dc', 'givenName', 'x-own', '2.5.4.3', 'OID.2.5.4.11');
const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(text => text.trim() !== '');
const rdns = fc.array(fc.array(fc.tuple(type, value), { minLength: 1, maxLength: 2 }), {
  minLength: 1,
  maxLength: 4,
});

/** RFC 4514 section 2.4: a backslash before every character that needs one. */
function backslashed(text: string): string {
  return text.replace(/[\\,+"<>;=]|^[ #]| $/g, character => `\\${character}`);
}

/** Every octet as two hex digits. */
function hex(text: string): string {
  return [...Buffer.from(text)].map(octet => `\\${octet.toString(16).padStart(2, '0')}`).join('');
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, character => `\\${character}`)}"`;
}

function spell(
  parts: readonly (readonly (readonly [string, string])[])[],
  written: (text: string) => string,
): string {
  return parts.map(rdn => rdn.map(([name, text]) => `${name}=${written(text)}`).join('+')).join(',');
}

describe('the key of any DN', () => {
  it('is the same for every way to escape it', () => {
    fc.assert(
      fc.property(rdns, parts => {
        const key = dnKey(spell(parts, backslashed));
        expect(key).toBeDefined();
        expect(dnKey(spell(parts, hex))).toBe(key);
        expect(dnKey(spell(parts, quoted))).toBe(key);
        expect(
          dnKey(
            spell(
              parts.map(rdn => rdn.toReversed()),
              backslashed,
            ),
          ),
        ).toBe(key);
      }),
    );
  });

  it('is its own key', () => {
    fc.assert(
      fc.property(rdns, parts => {
        const key = dnKey(spell(parts, backslashed));
        expect(dnKey(key ?? '')).toBe(key);
      }),
    );
  });

  it('is the lower-cased text for plain DNs, as it would be without the fast path', () => {
    const plain = fc.stringMatching(/^[A-Za-z0-9._@-]{1,9}( [A-Za-z0-9]{1,5})?$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('CN', 'ou', 'Dc'), plain), { minLength: 1 }), pairs => {
        const text = pairs.map(([name, content]) => `${name}=${content}`).join(',');
        expect(dnKey(text)).toBe(text.toLowerCase());
        expect(dnKey(text.replaceAll(',', ' , '))).toBe(text.toLowerCase());
      }),
    );
  });
});

describe('lying below another entry', () => {
  const under = (dn: string, ancestor: string) => isUnder(dnKey(dn) ?? '', dnKey(ancestor) ?? '');

  it('compares whole RDNs', () => {
    expect(under('cn=a,OU=Groups,dc=x', 'ou=groups, dc=x')).toBe(true);
    expect(under('ou=groups,dc=x', 'ou=groups,dc=x')).toBe(true);
    expect(under('cn=a,ou=mygroups,dc=x', 'ou=groups,dc=x')).toBe(false);
    expect(under('cn=a\\,ou=groups,dc=x', 'ou=groups,dc=x')).toBe(false);
    expect(under('cn=a,dc=x', '')).toBe(true);
  });
});
