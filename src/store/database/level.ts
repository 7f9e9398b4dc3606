const LEVELS: ReadonlyMap<number, string> = new Map([
  [0, 'owner'],
  [25, 'admin'],
  [50, 'user'],
  [100, 'system agent'],
]);

/** A level in words. Smaller is more privileged. */
function levelName(type: number): string {
  return LEVELS.get(type) ?? `type ${type}`;
}

/** The row with its level in words. */
export function withLevel<Row extends { readonly type: number }>(
  row: Row,
): Row & { readonly access: string } {
  return { ...row, access: levelName(row.type) };
}

/** A moment that was selected as milliseconds since 1970. */
export function fromEpochMs(ms: number): Date;
export function fromEpochMs(ms: number | null): Date | null;
export function fromEpochMs(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
