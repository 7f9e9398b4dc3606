/** Parses durations such as `5s`. */

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
/** The maximum delay of a Node.js timer: 24.8 days. */
const LIMIT_MS = 2 ** 31 - 1;

/** `500ms`, `5s`, `10m`, `6h`. */
export const DURATION = /^(\d{1,10})(ms|s|m|h)$/;

/** A duration such as "5s" in milliseconds; NaN if the text is not a duration or exceeds 24.8 days. */
export function durationMs(text: string): number {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (unit !== 'ms' && unit !== 's' && unit !== 'm' && unit !== 'h') return Number.NaN;
  const ms = Number(amount) * UNITS[unit];
  return ms <= LIMIT_MS ? ms : Number.NaN;
}
