/** The few kinds of failure that somebody reacts to differently. Everything else is a bug and stays an Error. */
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
  | 'server_behind';

/**
 * The directory could not be read whole, so nothing may be concluded from what was read.
 * `permanent` means that trying again without a change of configuration cannot help (a refused password, for one:
 * trying again could lock the account).
 */
export class DirectoryError extends Error {
  readonly code: DirectoryErrorCode;
  readonly permanent: boolean;
  /** What is wrong, and apart from it what to do; the message is both. On one line: a server's words are quoted in it. */
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

/** A service that we need (PostgreSQL, Redis) does not answer; the process exits 5, HTTP answers 503. */
export class UnavailableError extends Error {
  override name = 'UnavailableError';
}

/** A task or a request names something that does not exist or is over. Trying again cannot help. */
export class NotFoundError extends Error {
  override name = 'NotFoundError';
}

export type RefusalCode =
  | 'unknown_group'
  | 'unknown_source'
  | 'unknown_team'
  | 'unknown_user'
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
  | 'already_decided'
  | 'plan_changed';

/**
 * What a person asked for is understood, and the state of things forbids it. The message says what to do instead; HTTP
 * answers with the code, and a command exits 3 for `plan_changed` and `unknown_doubt`, and 2 for the others.
 */
export class RefusedError extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RefusedError';
    this.code = code;
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
