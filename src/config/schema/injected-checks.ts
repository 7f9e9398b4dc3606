/** Validators of other modules, passed to the configuration as arguments. */

/** Each returns the problem, or undefined if the value is valid. */
export interface Checks {
  /** RFC 4515. */
  readonly filterProblem: (filter: string) => string | undefined;
  /** RFC 4514. */
  readonly dnProblem: (dn: string) => string | undefined;
  /** A cron expression in an IANA time zone. */
  readonly scheduleProblem: (expression: string, timezone: string) => string | undefined;
  /** Returns the normalised name of an AccessGroup; undefined if the name is invalid. */
  readonly normaliseName: (name: string) => string | undefined;
}
