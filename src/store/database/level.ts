/** Converts stored values, levels and times, to those of the model. */
const LEVELS: ReadonlyMap<number, string> = new Map([
  [0, 'owner'],
  [25, 'admin'],
  [50, 'user'],
  [100, 'system agent'],
]);

/** The name of a level. A smaller number has more privileges. */
function levelName(type: number): string {
  return LEVELS.get(type) ?? `type ${type}`;
}

/** The row with the name of its level. */
export function withLevel<Row extends { readonly type: number }>(
  row: Row,
): Row & { readonly access: string } {
  return { ...row, access: levelName(row.type) };
}

/** Converts a time that was selected as milliseconds since 1970. */
export function fromEpochMs(ms: number): Date;
export function fromEpochMs(ms: number | null): Date | null;
export function fromEpochMs(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
