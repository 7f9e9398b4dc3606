/** Errors as RFC 9457 problem details. `type` is omitted (about:blank), so `title` is the status phrase. */
import { STATUS_CODES } from 'node:http';

/** Every stable code with its HTTP status. */
export const PROBLEMS = {
  invalid_request: 400,
  invalid_user: 400,
  malformed_request: 400,
  name_invalid: 400,
  unknown_field: 400,
  token_required: 401,
  invalid_token: 401,
  admin_required: 403,
  cross_site_request: 403,
  role_required: 403,
  not_found: 404,
  tokens_not_configured: 404,
  unknown_directory: 404,
  unknown_doubt: 404,
  unknown_group: 404,
  unknown_link: 404,
  unknown_plan: 404,
  unknown_project: 404,
  unknown_run: 404,
  unknown_source: 404,
  unknown_team: 404,
  unknown_user: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  already_decided: 409,
  already_linked: 409,
  ambiguous_user: 409,
  directory_not_configured: 409,
  frozen_group: 409,
  managed_group: 409,
  managed_members: 409,
  managed_name: 409,
  name_taken: 409,
  not_frozen: 409,
  not_managed: 409,
  plan_changed: 409,
  source_refused: 409,
  cursor_expired: 410,
  precondition_failed: 412,
  body_too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  configuration_refused: 422,
  idempotency_key_reused: 422,
  too_many_requests: 429,
  too_many_runs: 429,
  headers_too_large: 431,
  internal: 500,
  directory_unavailable: 503,
  not_ready: 503,
  too_many_streams: 503,
  unavailable: 503,
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** One problem of a request. `path` is a JSON pointer into the part that `in` names. */
export interface Issue {
  readonly in: string;
  readonly path: string;
  readonly message: string;
}

/** A part of the service that is not ready. Without a token, message and fix are omitted. */
export interface Reason {
  readonly subject: string;
  readonly message?: string | undefined;
  readonly fix?: string | undefined;
}

/** Members of a problem in addition to those of RFC 9457. */
export interface ProblemExtras {
  readonly issues?: readonly Issue[];
  readonly reasons?: readonly Reason[];
  /** What is wrong with the configuration. */
  readonly problems?: readonly string[];
  /** The id of the request in the log. */
  readonly requestId?: string;
}

/** An error that the error handler answers. The caller sees `detail` unchanged. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    extras: ProblemExtras = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.extras = extras;
    this.headers = headers;
  }
}

/** The body of `application/problem+json`. */
export function problemBody(problem: Problem) {
  const status = PROBLEMS[problem.code];
  return {
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: problem.code,
    detail: problem.message,
    ...problem.extras,
  };
}
