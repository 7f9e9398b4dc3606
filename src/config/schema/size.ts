/** Parses sizes such as `32MiB`. */

const UNITS = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** `512B`, `16KiB`, `32MiB`, `1GiB`. */
export const SIZE = /^(\d{1,10}) ?(B|KiB|MiB|GiB)$/;

/** A size such as "32MiB" in bytes; NaN if the text is not a size. */
export function sizeBytes(text: string): number {
  const [, amount, unit] = SIZE.exec(text) ?? [];
  if (unit !== 'B' && unit !== 'KiB' && unit !== 'MiB' && unit !== 'GiB') return Number.NaN;
  return Number(amount) * UNITS[unit];
}
