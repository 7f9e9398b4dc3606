/** Lines of CSV (RFC 4180) that no spreadsheet runs as a formula. */
import { printable } from './printable.ts';

type Cell = string | number | Date | null | undefined;

/**
 * A spreadsheet runs a cell that begins with one of these characters, also in quotes. Leading spaces do not prevent it,
 * and East Asian versions know the wide forms.
 */
const FORMULA = /^\s*[=+\-@＝＋－＠]/u;

/**
 * One line, without its end. A time is written in ISO 8601, a missing value as an empty cell. Control characters are
 * escaped as in JSON, so that a row is one line. A text that would be a formula begins with an apostrophe.
 */
export function csvLine(cells: readonly Cell[]): string {
  return cells.map(quoted).join(',');
}

function quoted(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  if (cell instanceof Date) return cell.toISOString();
  const text = printable(cell ?? '');
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
