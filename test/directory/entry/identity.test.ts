/** The identity of an entry is read, compared and searched for every identity attribute. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryId, identityValue, withIdIssues } from '../../../src/directory/entry/identity.ts';
import { entry } from '../../support/given/directory-entries.ts';

const dn = 'cn=a,dc=test';

describe('the identity of an entry', () => {
  it('reads objectGUID with its first three fields little-endian (B9)', () => {
    const bytes = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex');
    expect(entryId(entry(dn, { objectGUID: [bytes] }), 'objectGUID')).toBe(
      '04030201-0605-0807-090a-0b0c0d0e0f10',
    );
  });

  it.each([
    ['with line feed and NUL', '0a000a00000a0a000a000a00000a0a00', '000a000a-0a00-000a-0a00-0a00000a0a00'],
    [
      'that are printable ASCII',
      Buffer.from('ABCDEFGHIJKLMNOP').toString('hex'),
      '44434241-4645-4847-494a-4b4c4d4e4f50',
    ],
  ])('reads bytes %s (F33)', (_, hex, expected) => {
    expect(entryId(entry(dn, { objectguid: [Buffer.from(hex, 'hex')] }), 'objectGUID')).toBe(expected);
  });

  it.each([
    ['8-8-8-8 (B10)', 'nsUniqueId', '66446001-1DD211B2-8ad3a1e0-5cd6a2f3'],
    ['text', 'entryUUID', '66446001-1dd2-11b2-8ad3-a1e05cd6a2f3'],
    ['upper case', 'entryUUID', '66446001-1DD2-11B2-8AD3-A1E05CD6A2F3'],
    ['braces', 'objectGUID', '{66446001-1dd2-11b2-8ad3-a1e05cd6a2f3}'],
  ])('%s becomes one form', (_, attribute, value) => {
    expect(entryId(entry(dn, { [attribute]: [value] }), attribute)).toBe(
      '66446001-1dd2-11b2-8ad3-a1e05cd6a2f3',
    );
  });

  it.each([
    ['is absent', []],
    ['has two values', ['66446001-1dd2-11b2-8ad3-a1e05cd6a2f3', '66446001-1dd2-11b2-8ad3-a1e05cd6a2f4']],
    ['is no UUID', ['1001']],
    ['is not text', [Buffer.from([0xff])]],
  ])('an entry has no identity if its attribute %s (B7)', (_, values) => {
    expect(entryId(entry(dn, { entryUUID: values }), 'entryUUID')).toBeUndefined();
  });

  it('missing and shared identities are marked, the others stay (B7, B8)', () => {
    expect(
      withIdIssues(
        [{ externalId: 'a' }, { externalId: undefined }, { externalId: 'b' }, { externalId: 'a' }],
        new Set(['a']),
      ),
    ).toEqual([
      { externalId: undefined, idIssue: 'duplicate_id', sharedId: 'a' },
      { externalId: undefined, idIssue: 'source_id_missing' },
      { externalId: 'b' },
      { externalId: undefined, idIssue: 'duplicate_id', sharedId: 'a' },
    ]);
  });

  it('is searched by its value in the directory, for every identity attribute', () => {
    expect(identityValue('04030201-0605-0807-090a-0b0c0d0e0f10', 'objectGUID').toString('hex')).toBe(
      '0102030405060708090a0b0c0d0e0f10',
    );
    expect(identityValue('0f7c5c01-1dd2-11b2-80f1-ed3f8fa70000', 'nsUniqueId').toString()).toBe(
      '0f7c5c01-1dd211b2-80f1ed3f-8fa70000',
    );
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.constantFrom('entryUUID', 'objectGUID', 'nsUniqueId', 'ipaUniqueID', 'NSUNIQUEID'),
        (id, attribute) => {
          const value = identityValue(id, attribute);
          expect(entryId(entry(dn, { [attribute]: [value] }), attribute)).toBe(id);
        },
      ),
    );
  });
});
