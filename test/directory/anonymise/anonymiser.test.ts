/** What pseudonyms keep, so that a fault stays a fault. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnonymiser } from '../../../src/directory/anonymise/anonymiser.ts';
import type { EntryLine } from '../../../src/directory/recording/lines.ts';
import { bytesOf, written } from '../../../src/directory/recording/messages.ts';
import { dnKey, readDn } from '../../../src/text/dn-key.ts';
import { looseKey, usernameKey } from '../../../src/text/loose-key.ts';

const { text, filter, line } = createAnonymiser(['uid', 'cn', 'member'], Buffer.from('the key of the tests'));

/** The only value of an attribute in an entry. */
function replacedValue(name: string, value: Buffer | string): Buffer {
  const entry: EntryLine = { dn: '', attributes: [[name, [written(Buffer.from(value))]]] };
  const mapped = line(entry);
  const [[, [first = '']] = ['', []]] = 'attributes' in mapped ? mapped.attributes : [];
  return bytesOf(first);
}

describe('a pseudonym', () => {
  it.each([
    ['Müller-Lüdenscheidt 42', /^\p{Lu}\p{Ll}{5}-\p{Lu}\p{Ll}{11} \d\d$/u],
    ['ALICE.smith@example.test', /^[A-Z]{5}\.[a-z]{5}@[a-z]{7}\.[a-z]{4}$/],
    ['Αλέξης', /^\p{Script=Greek}{6}$/u],
    ['田中', /^\p{Script=Han}{2}$/u],
    ['김민준', /^\p{Script=Hangul}{3}$/u],
    ['ＡＢｃ', /^[Ａ-Ｚ]{2}[ａ-ｚ]$/],
  ])('of %s keeps letter case, length and script', (name, shape) => {
    expect(text(name)).toMatch(shape);
    expect(text(name)).not.toBe(name);
  });

  it.each([
    ['uid=Ünal,ou=People,dc=test', 'UID = u\u0308NAL , ou=people,DC=TEST'],
    ['cn=Lab\\, East,dc=test', 'cn="Lab, East",dc=test'],
    ['cn=Müller,dc=test', 'cn=M\\c3\\bcller,dc=test'],
    ['cn=Alice,dc=test', 'cn=#0405416C696365,dc=test'],
    ['cn=ａｌｉｃｅ,dc=test', '2.5.4.3=alice,dc=test'],
  ])('is the same for two spellings of a DN: %s, %s', (one, other) => {
    expect(dnKey(one)).toBe(dnKey(other));
    expect(dnKey(text(one))).toBe(dnKey(text(other)));
    expect(dnKey(text(one))).not.toBe(dnKey(one));
  });

  it.each([
    ['Straße', 'STRASSE'],
    ['ﬁnn', 'Finn'],
    ['ΟΔΟΣ', 'οδος'],
  ])('is alike for names that look alike: %s, %s', (one, other) => {
    expect(looseKey(text(one))).toBe(looseKey(text(other)));
    expect(text(one)).not.toBe(one);
  });

  it('differs for names that differ, also by ß and ss', () => {
    expect(dnKey(text('cn=Straße'))).not.toBe(dnKey(text('cn=Strasse')));
    const names = Array.from({ length: 26 ** 2 }, (_, n) => (n + 360).toString(36));
    expect(new Set(names.map(text)).size).toBe(names.length);
  });

  it('is the same for a name, the value in a DN, in a filter and in a URL', () => {
    const name = text('Zoë');
    expect(readDn(text('uid=Zo\\c3\\ab,dc=test'))?.[0]?.[0]?.value).toBe(name);
    expect(filter('(&(uid=Zoë)(!(objectClass=top)))')).toBe(`(&(uid=${name})(!(objectClass=top)))`);
    const url = text('ldap:///ou=P%C3%A4ople,dc=test??sub?(uid=Zo%C3%AB)');
    expect(decodeURIComponent(url)).toBe(`ldap:///${text('ou=Päople,dc=test')}??sub?(uid=${name})`);
  });

  it('leaves broken URLs and escapes broken', () => {
    expect(text('ldap:///ou=people%zz??sub')).toMatch(/^ldap:\/\/\/ou=[a-z]{6}%[a-z]{2}\?\?sub$/);
    expect(() => decodeURIComponent(text('ldap:///ou=people%zz??sub'))).toThrow('URI');
  });

  it('replaces a word before an equals sign that is no type of a DN', () => {
    expect(text('smithson=x')).not.toContain('smithson');
  });

  it('of an identity is the same as bytes and as text', () => {
    const guid = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex');
    const mapped = replacedValue('objectGUID', guid);
    expect(mapped).toHaveLength(16);
    const mixed = [mapped.subarray(0, 4), mapped.subarray(4, 6), mapped.subarray(6, 8)].map(part =>
      Buffer.from(part).reverse().toString('hex'),
    );
    const rest = `${mapped.toString('hex', 8, 10)}-${mapped.toString('hex', 10)}`;
    expect(text('04030201-0605-0807-090a-0b0c0d0e0f10')).toBe(`${mixed.join('-')}-${rest}`);
    expect(text('04030201-06050807-090a0b0c-0d0e0f10').replaceAll('-', '')).toBe(
      `${mixed.join('')}${rest}`.replaceAll('-', ''),
    );
  });

  it('of a primary group is the same in the SID and in the account, and built-in groups stay', () => {
    const sid = (last: number) => {
      const bytes = Buffer.from('010500000000000515000000aaaaaaaabbbbbbbbcccccccc00000000', 'hex');
      bytes.writeUInt32LE(last, bytes.length - 4);
      return bytes;
    };
    const numberIn = (bytes: Buffer) => String(bytes.readUInt32LE(bytes.length - 4));
    const own = replacedValue('objectSid', sid(1105));
    expect(own.toString('hex')).not.toContain('aaaaaaaa');
    expect(numberIn(own)).not.toBe('1105');
    expect(replacedValue('primaryGroupID', '1105').toString()).toBe(numberIn(own));
    expect(numberIn(replacedValue('objectSid', sid(513)))).toBe('513');
  });

  it('keeps what a plan interprets: states of accounts, times, classes and invalid text', () => {
    for (const [name, value] of [
      ['userAccountControl', '514'],
      ['nsAccountLock', 'TRUE'],
      ['objectClass', 'inetOrgPerson'],
      ['entryCSN', '20260101000000.000000Z#000000#001#000000'],
    ] as const)
      expect(replacedValue(name, value).toString()).toBe(value);
    const invalid = Buffer.from('M\xfcller', 'latin1');
    expect(replacedValue('cn', invalid).toString()).toContain('\uFFFD');
    expect(replacedValue('cn', invalid)).not.toEqual(invalid);
  });

  it('commutes with the comparison of usernames, for any text', () => {
    const names = fc.string({ unit: 'grapheme', maxLength: 12 });
    fc.assert(
      fc.property(names, name => {
        expect(usernameKey(text(usernameKey(name)))).toBe(usernameKey(text(name)));
      }),
      { numRuns: Number(process.env['ROLLCALL_MODEL_RUNS'] ?? 300) },
    );
  });
});

it('has no message, server or cookie of the original', () => {
  expect(line({ result: 4, message: 'cn=secret', cookie: 'secret' })).toEqual({
    result: 4,
    cookie: expect.not.stringContaining('secret'),
  });
  expect(line({ failed: { code: 'busy', problem: 'secret', permanent: false, fix: 'secret' } })).toEqual({
    failed: { code: 'busy', problem: 'The read failed', permanent: false },
  });
  expect(
    JSON.stringify([
      line({ server: 'ldaps://secret.test:636' }),
      line({ references: ['ldap://secret/dc=x'] }),
    ]),
  ).not.toContain('secret');
  expect(line({ read: { at: 'now', position: 'usn 7 of CN=SECRET,DC=x' } })).toMatchObject({
    read: { position: expect.stringMatching(/^usn 7 of CN=(?!SECRET)/) },
  });
});
