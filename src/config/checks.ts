/** Judgements that belong to other parts of the house; the configuration receives them as arguments. */

/** Each answers with what is wrong, undefined when nothing is. */
export interface Checks {
  /** RFC 4515. */
  readonly filterProblem: (filter: string) => string | undefined;
  /** RFC 4514. */
  readonly dnProblem: (dn: string) => string | undefined;
  /** A cron expression in an IANA time zone. */
  readonly scheduleProblem: (expression: string, timezone: string) => string | undefined;
  /** The name as an AccessGroup bears it, undefined when it cannot be one. */
  readonly normaliseName: (name: string) => string | undefined;
}
