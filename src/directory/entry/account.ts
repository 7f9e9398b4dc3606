/** Decides whether a directory account is disabled. */
import { type Entry, firstText, valuesOf } from './entry.ts';

const UF_ACCOUNTDISABLE = 2;
/** 389 Directory Server and FreeIPA; eDirectory. Booleans that are absent while the account is enabled. */
const SWITCHES = ['nsAccountLock', 'loginDisabled'];
/** Locked by an administrator (draft-behera-ldap-password-policy). Any other time is a lock after wrong passwords. */
const LOCKED_FOR_GOOD = '000001010000Z';
/** FILETIME: 100 ns since 1601-01-01. 0 and the largest value mean never (MS-ADTS, Account-Expires). */
const FILETIME_NEVER: readonly string[] = ['0', '9223372036854775807'];
const FILETIME_EPOCH_MS = -11_644_473_600_000;

/**
 * Disabled or expired at `now` (milliseconds since 1970). Undefined if the flag that every account of the vendor has
 * could not be read. A lock after wrong passwords does not count: an attacker could use it to remove the groups of a
 * user.
 */
export function isDisabled(entry: Entry, attributes: readonly string[], now: number): boolean | undefined {
  if (attributes.includes('userAccountControl')) return isDisabledInWindows(entry, attributes, now);
  if (SWITCHES.some(name => firstText(entry, name)?.toLowerCase() === 'true')) return true;
  return firstText(entry, 'pwdAccountLockedTime') === LOCKED_FOR_GOOD;
}

function isDisabledInWindows(entry: Entry, attributes: readonly string[], now: number): boolean | undefined {
  const control = Number.parseInt(firstText(entry, 'userAccountControl') ?? '', 10);
  if (Number.isNaN(control)) return undefined;
  const expiry = expiryOf(entry, attributes);
  return (control & UF_ACCOUNTDISABLE) !== 0 || (expiry !== undefined && expiry <= now);
}

/** When an account expires, in milliseconds since 1970. Undefined: never, or the vendor has no such attribute. */
export function expiryOf(entry: Entry, attributes: readonly string[]): number | undefined {
  const filetime = attributes.includes('accountExpires') ? firstText(entry, 'accountExpires') : undefined;
  if (filetime === undefined || FILETIME_NEVER.includes(filetime) || !/^\d+$/.test(filetime))
    return undefined;
  return Number(BigInt(filetime) / 10_000n) + FILETIME_EPOCH_MS;
}

/**
 * The number that connects a user and a primary group. In a SID it is the last part (MS-DTYP 2.4.2.2, little-endian).
 */
export function primaryGroupKey(entry: Entry, attribute: string): string | undefined {
  if (attribute !== 'objectSid') return firstText(entry, attribute);
  const [sid] = valuesOf(entry, attribute);
  return sid && sid.length >= 12 ? String(sid.readUInt32LE(sid.length - 4)) : undefined;
}
