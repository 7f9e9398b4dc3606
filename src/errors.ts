/** The error classes that callers handle differently; any other failure is a bug and stays a plain Error. */
import { printable } from './text/printable.ts';

/** The configuration cannot be used. Lists every problem at once; the process exits 2. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(
      `The configuration cannot be used:\n${problems.map(problem => `  - ${problem}`).join('\n')}`,
      options,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** The command line cannot be understood; the process exits 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export type DirectoryErrorCode =
  | 'unreachable'
  | 'tls'
  | 'bind_refused'
  | 'access_denied'
  | 'size_limit'
  | 'time_limit'
  | 'admin_limit'
  | 'busy'
  | 'referral'
  | 'base_missing'
  | 'paging_refused'
  | 'sentinel_missing'
  | 'id_attribute'
  | 'id_attribute_changed'
  | 'unconfirmed'
  | 'filter'
  | 'malformed'
  | 'interrupted'
  | 'server_behind'
  | 'whole_read_needed';

/**
 * The directory was not read completely, so nothing may be concluded from what was read. `permanent`: a retry without a
 * configuration change cannot help. For example, a retry with a refused password could lock the account.
 */
export class DirectoryError extends Error {
  readonly code: DirectoryErrorCode;
  readonly permanent: boolean;
  /**
   * The problem without the remedy; `message` contains both. It is one line because it can quote text that a server
   * sent.
   */
  readonly problem: string;
  readonly fix: string | undefined;

  constructor(
    code: DirectoryErrorCode,
    problem: string,
    options: ErrorOptions & { permanent?: boolean; fix?: string | undefined } = {},
  ) {
    const line = printable(problem);
    super(options.fix === undefined ? line : `${line} ${options.fix}`, options);
    this.name = 'DirectoryError';
    this.code = code;
    this.permanent = options.permanent ?? false;
    this.problem = line;
    this.fix = options.fix;
  }
}

/** A required service (PostgreSQL, Redis) does not answer. The process exits 5; HTTP answers 503. */
export class UnavailableError extends Error {
  override name = 'UnavailableError';
  /** The remedy, if the reason shows one. */
  readonly fix: string | undefined;

  constructor(message: string, options: ErrorOptions & { fix?: string | undefined } = {}) {
    super(message, options);
    this.fix = options.fix;
  }
}

/** A task or request names something that does not exist or has ended. A retry cannot help. */
export class NotFoundError extends Error {
  override name = 'NotFoundError';
}

export type RefusalCode =
  | 'unknown_group'
  | 'unknown_source'
  | 'unknown_team'
  | 'unknown_user'
  | 'ambiguous_user'
  | 'unknown_project'
  | 'precondition_failed'
  | 'not_managed'
  | 'managed_group'
  | 'managed_members'
  | 'managed_name'
  | 'name_taken'
  | 'name_invalid'
  | 'frozen_group'
  | 'not_frozen'
  | 'source_refused'
  | 'directory_not_configured'
  | 'unknown_doubt'
  | 'unknown_link'
  | 'already_linked'
  | 'already_decided'
  | 'cursor_expired'
  | 'too_many_runs'
  | 'plan_changed';

/**
 * The request is understood, but the current state forbids it. The message says what to do instead. HTTP answers with
 * the code; a command exits 3 for `plan_changed` and `unknown_doubt`, and 2 for the others.
 */
export class RefusedError extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RefusedError';
    this.code = code;
  }
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
