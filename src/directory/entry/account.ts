/** Decides from its attributes whether a directory account is disabled or expired. One table, one row an attribute. */

import { generalizedTime } from '../syntax/generalized-time.ts';
import { type Entry, firstText, valuesOf } from './entry.ts';

export interface AccountState {
  /** undefined: unknown, because a value is unusable, or an attribute that every account has is not shown. */
  readonly disabled: boolean | undefined;
  /** The attribute that decides, or that could not be used. */
  readonly attribute?: string;
  /** When the state changes without a change of the entry, in milliseconds since 1970. */
  readonly changesAt?: number;
}

/** What one attribute says about an account, at a time in milliseconds since 1970. `text`: its first value. */
type Rule = (text: string | undefined, now: number) => AttributeState;
type AttributeState = Omit<AccountState, 'attribute'>;

const ENABLED: AttributeState = { disabled: false };
const DISABLED: AttributeState = { disabled: true };
const UNREADABLE: AttributeState = { disabled: undefined };

const UF_ACCOUNTDISABLE = 2;
/** FILETIME: 100 ns since 1601-01-01. 0 and the largest value mean never (MS-ADTS, Account-Expires). */
const FILETIME_NEVER: readonly string[] = ['0', '9223372036854775807'];
const FILETIME_EPOCH_MS = -11_644_473_600_000;
const DAY_MS = 86_400_000;
/** The year of a lock by an administrator, 000001010000Z (draft-behera-ldap-password-policy). */
const YEAR_OF_LOCKS = '0000';
const EPOCH = '19700101000000';

/**
 * A lock after wrong passwords has no row here: an attacker could use it to remove the groups of a user. The same holds
 * for an expired password, which says nothing about the account.
 */
const RULES: Readonly<Record<string, Rule>> = {
  // Active Directory, and AD LDS.
  userAccountControl: windowsFlags,
  accountExpires: (text, now) => until(text === undefined ? undefined : filetime(text), now),
  'msDS-UserAccountDisabled': booleanSwitch,
  // 389, FreeIPA, Oracle DSEE, Sun; eDirectory; OpenDJ, PingDS, Oracle Unified Directory; IBM.
  nsAccountLock: booleanSwitch,
  loginDisabled: booleanSwitch,
  'ds-pwp-account-disabled': booleanSwitch,
  'ibm-pwdAccountLocked': booleanSwitch,
  // Oracle Internet Directory.
  orclIsEnabled: text => (text?.toLowerCase() === 'disabled' ? DISABLED : ENABLED),
  orclActiveStartDate: from,
  orclActiveEndDate: untilTime,
  // The password policy of OpenLDAP, ApacheDS and others.
  pwdAccountLockedTime: text => (text?.startsWith(YEAR_OF_LOCKS) ? DISABLED : ENABLED),
  pwdStartTime: from,
  pwdEndTime: untilTime,
  // Kerberos, in FreeIPA and MIT: the epoch means never.
  krbPrincipalExpiration: (text, now) => (text?.startsWith(EPOCH) ? ENABLED : untilTime(text, now)),
  loginExpirationTime: untilTime,
  'ds-pwp-account-activation-time': from,
  'ds-pwp-account-expiration-time': untilTime,
  // RFC 2307: days since 1970.
  shadowExpire: (text, now) => until(text === undefined ? undefined : shadowDay(text), now),
};

/** For servers of an unknown vendor: all attributes except the one that every account of Active Directory has. */
export const PORTABLE_ACCOUNT_ATTRIBUTES: readonly string[] = Object.keys(RULES).filter(
  name => name !== 'userAccountControl',
);

/** @param attributes those of the vendor, the decisive ones first */
export function accountState(entry: Entry, attributes: readonly string[], now: number): AccountState {
  let state: AccountState = ENABLED;
  let changesAt: number | undefined;
  for (const attribute of attributes) {
    const found = RULES[attribute]?.(firstText(entry, attribute), now) ?? ENABLED;
    if (found.changesAt !== undefined && found.changesAt > now)
      changesAt = Math.min(changesAt ?? found.changesAt, found.changesAt);
    if (found.disabled === true && state.disabled !== true) state = { disabled: true, attribute };
    if (found.disabled === undefined && state.disabled === false) state = { disabled: undefined, attribute };
  }
  return changesAt === undefined ? state : { ...state, changesAt };
}

function windowsFlags(text: string | undefined): AttributeState {
  const flags = Number.parseInt(text ?? '', 10);
  if (Number.isNaN(flags)) return UNREADABLE;
  return (flags & UF_ACCOUNTDISABLE) === 0 ? ENABLED : DISABLED;
}

function booleanSwitch(text: string | undefined): AttributeState {
  return text?.toLowerCase() === 'true' ? DISABLED : ENABLED;
}

function untilTime(text: string | undefined, now: number): AttributeState {
  return until(text === undefined ? undefined : generalizedTime(text), now);
}

function from(text: string | undefined, now: number): AttributeState {
  const { disabled, changesAt } = untilTime(text, now);
  if (text === undefined || disabled === undefined) return { disabled };
  return changesAt === undefined ? ENABLED : { disabled: true, changesAt };
}

/** @param end in milliseconds since 1970; undefined: never, NaN: the value is unusable */
function until(end: number | undefined, now: number): AttributeState {
  if (end === undefined) return ENABLED;
  if (Number.isNaN(end)) return UNREADABLE;
  return end <= now ? DISABLED : { disabled: false, changesAt: end };
}

function filetime(text: string): number | undefined {
  if (FILETIME_NEVER.includes(text)) return undefined;
  return /^\d+$/.test(text) ? Number(BigInt(text) / 10_000n) + FILETIME_EPOCH_MS : Number.NaN;
}

/** -1 means never. 0 means never to some programs and 1970 to others (shadow(5)), so it does not count. */
function shadowDay(text: string): number | undefined {
  if (!/^-?\d+$/.test(text)) return Number.NaN;
  const day = Number(text);
  return day > 0 ? day * DAY_MS : undefined;
}

/**
 * The number that connects a user and a primary group. In a SID it is the last part (MS-DTYP 2.4.2.2, little-endian).
 */
export function primaryGroupKey(entry: Entry, attribute: string): string | undefined {
  if (attribute !== 'objectSid') return firstText(entry, attribute);
  const [sid] = valuesOf(entry, attribute);
  return sid && sid.length >= 12 ? String(sid.readUInt32LE(sid.length - 4)) : undefined;
}
