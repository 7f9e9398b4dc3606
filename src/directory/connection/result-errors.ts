/** Maps LDAP result codes (RFC 4511 appendix A) to failures with a cause and a fix. */
import { DirectoryError, type DirectoryErrorCode } from '../../errors.ts';
import type { Result } from './result.ts';

interface Meaning {
  readonly code: DirectoryErrorCode;
  readonly problem: string;
  readonly fix?: string;
  readonly permanent?: boolean;
}

const refused = { code: 'bind_refused', permanent: true } as const;
const badFilter = { code: 'filter', permanent: true, fix: 'Correct the configuration.' } as const;

const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [
    1,
    {
      code: 'interrupted',
      problem: 'operations error; Active Directory returns it if the session lost its bind',
    },
  ],
  [
    3,
    {
      code: 'time_limit',
      problem: 'time limit exceeded',
      fix: 'Increase the limit for this account, or narrow the base or the filter.',
    },
  ],
  [
    4,
    {
      code: 'size_limit',
      problem: 'size limit exceeded',
      fix: 'Allow this account to read all entries with paged results, or reduce pageSize.',
    },
  ],
  [7, { ...refused, problem: 'the server does not support this bind method', fix: 'Change bind.' }],
  [
    8,
    {
      ...refused,
      problem: 'the server requires stronger authentication',
      fix: 'Use ldaps:// or startTls: true.',
    },
  ],
  [10, { code: 'referral', problem: 'the entries are on another server', fix: 'Set urls to that server.' }],
  [
    11,
    {
      code: 'admin_limit',
      problem: 'administrative limit exceeded',
      fix: 'Increase the limit for this account, or reduce pageSize.',
    },
  ],
  [
    12,
    {
      code: 'paging_refused',
      problem: 'the server refuses paged results to this account',
      permanent: true,
      fix: 'Enable the simple paged results control (RFC 2696).',
    },
  ],
  [13, { ...refused, problem: 'the server requires encryption', fix: 'Use ldaps:// or startTls: true.' }],
  [18, { ...badFilter, problem: 'the filter cannot be applied to that attribute' }],
  [21, { ...badFilter, problem: 'a value in the filter or the base is malformed' }],
  [
    32,
    {
      code: 'base_missing',
      problem: 'no such entry, or the account may not see it',
      fix: 'Check the base DN and the read access of the account.',
    },
  ],
  [
    34,
    {
      code: 'base_missing',
      problem: 'not a distinguished name for this server',
      permanent: true,
      fix: 'Correct the configuration.',
    },
  ],
  [48, { ...refused, problem: 'the account does not support this bind method', fix: 'Give it a password.' }],
  [49, { ...refused, problem: 'invalid credentials', fix: 'Check bindDn and bindPassword.' }],
  [
    50,
    {
      code: 'access_denied',
      problem: 'the account has insufficient access rights',
      permanent: true,
      fix: 'Check its access rights.',
    },
  ],
  [51, { code: 'busy', problem: 'the server is busy' }],
  [52, { code: 'busy', problem: 'the server is unavailable' }],
]);
const UNKNOWN: Meaning = { code: 'interrupted', problem: 'the server could not complete the operation' };

/**
 * constraintViolation, insufficientAccessRights, unwillingToPerform: how 389 and others reject an account that is
 * locked or disabled.
 */
const ACCOUNT_REFUSED: readonly number[] = [19, 50, 53];
const LOCKED: Meaning = {
  ...refused,
  problem: 'the server rejects this account',
  fix: 'Unlock or activate it.',
};

/** The failure for a result other than success. `where`: the request and its progress. */
export function resultFailure({ status, errorMessage }: Result, where: string): DirectoryError {
  return failure(MEANINGS.get(status) ?? UNKNOWN, status, errorMessage, where);
}

/** The failure for a bind. Active Directory puts the cause into the diagnostic text, as a Win32 code. */
export function bindFailure({ status, errorMessage }: Result, where: string): DirectoryError {
  const meaning = ACCOUNT_REFUSED.includes(status) ? LOCKED : (MEANINGS.get(status) ?? UNKNOWN);
  const reason = WINDOWS_REASONS.get(/\bdata ([0-9a-f]{3})\b/.exec(errorMessage)?.[1] ?? '');
  if (reason === undefined) return failure(meaning, status, errorMessage, where);
  return failure({ ...meaning, fix: reason.fix }, status, reason.problem, where);
}

/** Win32 codes behind result 49. */
const WINDOWS_REASONS: ReadonlyMap<string, { readonly problem: string; readonly fix: string }> = new Map([
  ['525', { problem: 'no such account', fix: 'Check bindDn.' }],
  ['52e', { problem: 'wrong password', fix: 'Check bindPassword.' }],
  ['530', { problem: 'not allowed at this time', fix: 'Change the logon hours of the account.' }],
  [
    '531',
    { problem: 'not allowed from this host', fix: 'Remove the workstation restriction of the account.' },
  ],
  [
    '532',
    {
      problem: 'the password has expired',
      fix: 'Set a new password, and turn off password expiry for this service account.',
    },
  ],
  ['533', { problem: 'the account is disabled', fix: 'Enable it.' }],
  ['701', { problem: 'the account has expired', fix: 'Extend it.' }],
  [
    '773',
    {
      problem: 'the password must be changed first',
      fix: 'Set a new password without "must change at next logon".',
    },
  ],
  [
    '775',
    {
      problem: 'the account is locked',
      fix: 'Unlock it, and find the client that still uses an old password.',
    },
  ],
]);

function failure({ code, problem, fix, permanent }: Meaning, status: number, text: string, where: string) {
  const diagnostic = text.replaceAll('\0', '').trim();
  const message = `${where}: ${problem} (LDAP result ${status}${diagnostic === '' ? '' : `, ${diagnostic}`}).`;
  return new DirectoryError(code, message, { permanent: permanent ?? false, fix });
}

/** Adds the current request to a failure of the connection. */
export function withPlace(error: unknown, where: string): unknown {
  if (!(error instanceof DirectoryError)) return error;
  const { code, problem, permanent, fix } = error;
  return new DirectoryError(code, `${where}: ${problem}`, { cause: error, permanent, fix });
}
