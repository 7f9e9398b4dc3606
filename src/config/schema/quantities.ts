/** Parses durations such as `5s`, and sizes such as `32MiB`. */

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

const BYTES = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** `512B`, `16KiB`, `32MiB`, `1GiB`. */
export const SIZE = /^(\d{1,10}) ?(B|KiB|MiB|GiB)$/;

/** A size such as "32MiB" in bytes; NaN if the text is not a size. */
export function sizeBytes(text: string): number {
  const [, amount, unit] = SIZE.exec(text) ?? [];
  if (unit !== 'B' && unit !== 'KiB' && unit !== 'MiB' && unit !== 'GiB') return Number.NaN;
  return Number(amount) * BYTES[unit];
}
