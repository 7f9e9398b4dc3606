import { describe, expect, it } from 'vitest';
import { expiryOf, isDisabled, primaryGroupKey } from '../../../src/directory/entry/account.ts';
import { entry } from '../../support/given/directory-entries.ts';

const WINDOWS = ['userAccountControl', 'accountExpires'];
const OTHERS = ['pwdAccountLockedTime', 'nsAccountLock'];
const NOW = Date.UTC(2024, 0, 1);
/** 2023-12-31 and 2024-01-02 as FILETIME. */
const YESTERDAY = '133484544000000000';
const TOMORROW = '133486272000000000';

describe('an account', () => {
  it.each([
    ['514', undefined, true],
    ['512', YESTERDAY, true],
    ['512', TOMORROW, false],
    ['512', '0', false],
    ['512', '9223372036854775807', false],
    ['512', undefined, false],
    [undefined, undefined, undefined],
    ['none', undefined, undefined],
  ])(
    'of Active Directory with control %s that expires at %s is disabled: %s (F69)',
    (control, expires, expected) => {
      const user = entry('cn=a,dc=test', {
        ...(control === undefined ? {} : { userAccountControl: [control] }),
        ...(expires === undefined ? {} : { accountExpires: [expires] }),
      });
      expect(isDisabled(user, WINDOWS, NOW)).toBe(expected);
    },
  );

  it.each([
    ['nsAccountLock', 'TRUE', true],
    ['nsAccountLock', 'true', true],
    ['nsAccountLock', 'FALSE', false],
    ['loginDisabled', 'TRUE', true],
    ['loginDisabled', 'FALSE', false],
    ['pwdAccountLockedTime', '000001010000Z', true],
    ['pwdAccountLockedTime', '20240101000000Z', false],
    ['description', 'TRUE', false],
  ])('%s %s is disabled: %s (C8)', (attribute, value, expected) => {
    expect(isDisabled(entry('uid=a,dc=test', { [attribute]: [value] }), OTHERS, NOW)).toBe(expected);
  });

  it.each([
    [TOMORROW, Date.UTC(2024, 0, 2)],
    ['0', undefined],
    ['9223372036854775807', undefined],
    ['soon', undefined],
  ])('of Active Directory that expires at %s shows when (G29)', (expires, expected) => {
    const user = entry('cn=a,dc=test', { userAccountControl: ['512'], accountExpires: [expires] });
    expect(expiryOf(user, WINDOWS)).toBe(expected);
    expect(expiryOf(user, OTHERS)).toBeUndefined();
  });

  it('belongs to the primary group that ends the SID of that group (F53)', () => {
    const sid = Buffer.from('010500000000000515000000a065cf7e784b9b5fe77c877038080000', 'hex');
    expect(primaryGroupKey(entry('cn=g,dc=test', { objectSid: [sid] }), 'objectSid')).toBe('2104');
    expect(primaryGroupKey(entry('cn=u,dc=test', { primaryGroupID: ['2104'] }), 'primaryGroupID')).toBe(
      '2104',
    );
    expect(primaryGroupKey(entry('cn=g,dc=test', { objectSid: ['x'] }), 'objectSid')).toBeUndefined();
  });
});
