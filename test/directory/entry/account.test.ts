/** Which attributes say that an account is disabled or expired, and when that changes next. */
import { describe, expect, it } from 'vitest';
import {
  accountState,
  PORTABLE_ACCOUNT_ATTRIBUTES,
  primaryGroupKey,
} from '../../../src/directory/entry/account.ts';
import { entry } from '../../support/given/directory-entries.ts';

const WINDOWS = ['userAccountControl', 'accountExpires'];
const NOW = Date.UTC(2024, 0, 1);
const PAST = Date.UTC(2023, 11, 31);
const FUTURE = Date.UTC(2024, 0, 2);
/** 2023-12-31 and 2024-01-02 as FILETIME. */
const YESTERDAY = '133484544000000000';
const TOMORROW = '133486272000000000';

function stateOf(values: Readonly<Record<string, string>>, attributes = PORTABLE_ACCOUNT_ATTRIBUTES) {
  const listed = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  return accountState(entry('uid=a,dc=test', listed), attributes, NOW);
}

describe('an account', () => {
  it.each([
    ['514', undefined, true],
    ['512', YESTERDAY, true],
    ['512', TOMORROW, false],
    ['512', '0', false],
    ['512', '9223372036854775807', false],
    ['512', 'soon', undefined],
    ['512', undefined, false],
    [undefined, undefined, undefined],
    ['none', undefined, undefined],
    [undefined, YESTERDAY, true],
  ])(
    'of Active Directory with control %s that expires at %s is disabled: %s (F69)',
    (control, expires, expected) => {
      const values = {
        ...(control === undefined ? {} : { userAccountControl: control }),
        ...(expires === undefined ? {} : { accountExpires: expires }),
      };
      expect(stateOf(values, WINDOWS).disabled).toBe(expected);
    },
  );

  it.each([
    ['nsAccountLock', 'TRUE', true],
    ['nsAccountLock', 'true', true],
    ['nsAccountLock', 'FALSE', false],
    ['loginDisabled', 'TRUE', true],
    ['loginDisabled', 'FALSE', false],
    ['msDS-UserAccountDisabled', 'TRUE', true],
    ['ds-pwp-account-disabled', 'true', true],
    ['ibm-pwdAccountLocked', 'TRUE', true],
    ['orclIsEnabled', 'DISABLED', true],
    ['orclIsEnabled', 'ENABLED', false],
    ['pwdAccountLockedTime', '000001010000Z', true],
    ['pwdAccountLockedTime', '20240101000000Z', false],
    ['description', 'TRUE', false],
  ])('with %s %s is disabled: %s (G41)', (attribute, value, expected) => {
    expect(stateOf({ [attribute]: value })).toEqual(
      expected ? { disabled: true, attribute } : { disabled: false },
    );
  });

  it.each([
    'krbPrincipalExpiration',
    'pwdEndTime',
    'loginExpirationTime',
    'orclActiveEndDate',
    'ds-pwp-account-expiration-time',
  ])('is disabled from the time in %s on, and not before (G41)', attribute => {
    expect(stateOf({ [attribute]: '20231231000000Z' })).toEqual({ disabled: true, attribute });
    expect(stateOf({ [attribute]: '20240101000000Z' })).toEqual({ disabled: true, attribute });
    expect(stateOf({ [attribute]: '20240102000000Z' })).toEqual({ disabled: false, changesAt: FUTURE });
  });

  it.each(['pwdStartTime', 'orclActiveStartDate', 'ds-pwp-account-activation-time'])(
    'is disabled until the time in %s (G41)',
    attribute => {
      expect(stateOf({ [attribute]: '20240102000000Z' })).toEqual({
        disabled: true,
        attribute,
        changesAt: FUTURE,
      });
      expect(stateOf({ [attribute]: '20231231000000Z' })).toEqual({ disabled: false });
    },
  );

  it.each([
    [String(PAST / 86_400_000), { disabled: true, attribute: 'shadowExpire' }],
    [String(NOW / 86_400_000), { disabled: true, attribute: 'shadowExpire' }],
    [String(FUTURE / 86_400_000), { disabled: false, changesAt: FUTURE }],
    ['1', { disabled: true, attribute: 'shadowExpire' }],
    ['0', { disabled: false }],
    ['-1', { disabled: false }],
  ])('whose shadowExpire is day %s is %o (G41)', (day, expected) => {
    expect(stateOf({ shadowExpire: day })).toEqual(expected);
  });

  it.each([
    ['krbPrincipalExpiration', 'soon'],
    ['pwdStartTime', '20249999000000Z'],
    ['shadowExpire', 'soon'],
  ])('is neither disabled nor enabled if %s is %s (G41)', (attribute, value) => {
    expect(stateOf({ [attribute]: value })).toEqual({ disabled: undefined, attribute });
    const locked = { [attribute]: value, nsAccountLock: 'TRUE' };
    expect(stateOf(locked)).toEqual({ disabled: true, attribute: 'nsAccountLock' });
  });

  it('never expires by a krbPrincipalExpiration at the epoch (G41)', () => {
    expect(stateOf({ krbPrincipalExpiration: '19700101000000Z' })).toEqual({ disabled: false });
  });

  it.each([
    ['2024010200Z', FUTURE],
    ['202401020000Z', FUTURE],
    ['20240102000000.5Z', FUTURE],
    ['20240102013000+0130', FUTURE],
    ['20240101220000-02', FUTURE],
  ])('can have its expiry written as %s (G41)', (value, expected) => {
    expect(stateOf({ pwdEndTime: value }).changesAt).toBe(expected);
  });

  it('changes at the first of several times (G29)', () => {
    const values = { pwdEndTime: '20240103000000Z', pwdStartTime: '20240102000000Z' };
    expect(stateOf(values)).toEqual({ disabled: true, attribute: 'pwdStartTime', changesAt: FUTURE });
  });

  it.each([
    [TOMORROW, FUTURE],
    ['0', undefined],
    ['9223372036854775807', undefined],
    ['soon', undefined],
  ])('of Active Directory that expires at %s shows when (G29)', (expires, expected) => {
    const values = { userAccountControl: '512', accountExpires: expires };
    expect(stateOf(values, WINDOWS).changesAt).toBe(expected);
    expect(stateOf(values, ['nsAccountLock']).changesAt).toBeUndefined();
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
