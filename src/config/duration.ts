/** Durations as people write them. */

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
/** Timers of Node.js hold no more than this many milliseconds: 24.8 days. */
const LIMIT_MS = 2 ** 31 - 1;

/** `500ms`, `5s`, `10m`, `6h`. */
export const DURATION = /^(\d{1,10})(ms|s|m|h)$/;

/** Milliseconds of "5s" and its like; NaN where the text is no duration or is longer than 24 days. */
export function durationMs(text: string): number {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (unit !== 'ms' && unit !== 's' && unit !== 'm' && unit !== 'h') return Number.NaN;
  const ms = Number(amount) * UNITS[unit];
  return ms <= LIMIT_MS ? ms : Number.NaN;
}
