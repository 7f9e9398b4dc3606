/** LDAP result codes (RFC 4511 appendix A) as failures that somebody can act upon. */
import { DirectoryError, type DirectoryErrorCode } from '../errors.ts';
import type { Result } from './wire.ts';

interface Meaning {
  readonly code: DirectoryErrorCode;
  /** What it says about the search, and what to do. */
  readonly advice: string;
  readonly permanent?: boolean;
}

const DENIED = 'the account may not do this: check its access rights';
const MEANINGS: ReadonlyMap<number, Meaning> = new Map([
  [
    1,
    {
      code: 'interrupted',
      advice: 'operations error; Active Directory says so when the session lost its bind',
    },
  ],
  [
    3,
    {
      code: 'time_limit',
      advice: 'time limit exceeded: raise it for this account, or narrow the base or the filter',
    },
  ],
  [
    4,
    {
      code: 'size_limit',
      advice: 'size limit exceeded: let this account read all entries by pages, or lower pageSize',
    },
  ],
  [7, { code: 'bind_refused', advice: 'the server does not accept a simple bind', permanent: true }],
  [
    8,
    {
      code: 'bind_refused',
      advice: 'the server wants a stronger bind: use ldaps or startTls',
      permanent: true,
    },
  ],
  [10, { code: 'referral', advice: 'the entries live on another server: set urls to that one' }],
  [11, { code: 'admin_limit', advice: 'administrative limit exceeded: raise it for this account' }],
  [
    12,
    { code: 'paging_refused', advice: 'the server refuses paged results to this account', permanent: true },
  ],
  [
    13,
    { code: 'bind_refused', advice: 'the server wants encryption: use ldaps or startTls', permanent: true },
  ],
  [18, { code: 'filter', advice: 'the filter cannot be applied to that attribute', permanent: true }],
  [21, { code: 'filter', advice: 'a value in the filter or the base is malformed', permanent: true }],
  [32, { code: 'base_missing', advice: 'no such entry, or the account may not see it' }],
  [34, { code: 'base_missing', advice: 'not a distinguished name for this server', permanent: true }],
  [48, { code: 'bind_refused', advice: 'the account cannot bind with a password', permanent: true }],
  [
    49,
    { code: 'bind_refused', advice: 'invalid credentials: check bindDn and bindPassword', permanent: true },
  ],
  [50, { code: 'bind_refused', advice: DENIED, permanent: true }],
  [51, { code: 'busy', advice: 'the server is busy' }],
  [52, { code: 'busy', advice: 'the server is unavailable' }],
]);
const UNKNOWN: Meaning = { code: 'interrupted', advice: 'the server could not complete the operation' };

/** Active Directory puts the reason of a refused bind into the diagnostic text, as a Win32 code. */
const BIND_REASONS: ReadonlyMap<string, string> = new Map([
  ['525', 'no such account'],
  ['52e', 'wrong password'],
  ['530', 'not allowed at this time'],
  ['531', 'not allowed from this host'],
  ['532', 'the password has expired'],
  ['533', 'the account is disabled'],
  ['701', 'the account has expired'],
  ['773', 'the password must be changed first'],
  ['775', 'the account is locked'],
]);

/** A result other than success. `where` names what was tried, and how far it had come. */
export function resultFailure({ status, errorMessage }: Result, where: string): DirectoryError {
  const { code, advice, permanent = false } = MEANINGS.get(status) ?? UNKNOWN;
  const reason = BIND_REASONS.get(/\bdata ([0-9a-f]{3})\b/.exec(errorMessage)?.[1] ?? '');
  const told = reason ?? errorMessage.replaceAll('\0', '').trim();
  const message = `${where}: ${advice} (LDAP result ${status}${told === '' ? '' : `, ${told}`}).`;
  return new DirectoryError(code, message, { permanent });
}

/** A failure of the connection, told with what was being read. */
export function placed(error: unknown, where: string): unknown {
  if (!(error instanceof DirectoryError)) return error;
  return new DirectoryError(error.code, `${where}: ${error.message}`, {
    cause: error,
    permanent: error.permanent,
  });
}
