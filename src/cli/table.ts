/** Text tables for a terminal. */

/** Columns padded to their widest cell, two spaces apart; the last column is not padded. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map(row => width(row[column] ?? ''))));
  return all.map(row =>
    row
      .map((cell, column) => pad(cell, column, widths))
      .join('  ')
      .trimEnd(),
  );
}

function pad(cell: string, column: number, widths: readonly number[]): string {
  return column === widths.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell));
}

function width(text: string): number {
  return Array.from(text).length;
}

/** A span of time as a person says it: "12 s", "5 min", "3 h", "2 d". */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return seconds < 36 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
