/** Text tables for a terminal. */
import { printable } from '../../text/printable.ts';

/** Minimum width of a column: a shorter name could not be recognised. */
const NARROWEST = 8;
/** Minimum width of a heading, which may be cut further, because the cells below show what it means. */
const NARROWEST_HEADING = 5;
const GAP = 2;

/**
 * Pads each column to its widest cell, with two spaces between columns. Each row is one line. If a line is wider than
 * `columns`, headings wider than their cells are cut first, then the widest columns.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  columns = Number.POSITIVE_INFINITY,
): string[] {
  const cells = rows.map(row => row.map(printable));
  return lines(header, cells, columns);
}

function lines(header: readonly string[], rows: readonly (readonly string[])[], columns: number): string[] {
  const all: readonly (readonly string[])[] = [header, ...rows];
  const widestOf = (some: readonly (readonly string[])[]) =>
    header.map((_, column) => Math.max(0, ...some.map(row => width(row[column] ?? ''))));
  const cells = widestOf(rows).map(each => Math.max(NARROWEST_HEADING, each));
  const available = columns - GAP * (header.length - 1);
  const widths = fitted(
    fitted(widestOf(all), cells, available),
    header.map(() => NARROWEST),
    available,
  );
  return all.map(row =>
    widths
      .map((room, column) => pad(cut(row[column] ?? '', room), room))
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

/** Shrinks the widest column above its minimum, one cell at a time, until the sum fits or all are at their minimum. */
function fitted(widths: readonly number[], least: readonly number[], room: number): readonly number[] {
  const left = [...widths];
  for (let over = left.reduce((sum, each) => sum + each, 0) - room; over > 0; over--) {
    const above = left.map((each, column) => (each > (least[column] ?? 0) ? each : 0));
    const most = Math.max(...above);
    if (most === 0) break;
    left[above.indexOf(most)] = most - 1;
  }
  return left;
}

function cut(text: string, room: number): string {
  if (width(text) <= room) return text;
  let kept = '';
  for (const character of text) {
    if (width(kept + character) > room - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function pad(text: string, room: number): string {
  return text + ' '.repeat(Math.max(0, room - width(text)));
}

/** The width in cells: East Asian characters and emoji take two cells, combining characters take none. */
function width(text: string): number {
  let cells = 0;
  for (const character of text) cells += cellsOf(character);
  return cells;
}

function cellsOf(character: string): number {
  if (character < '\u0300') return 1;
  if (/\p{Mn}|\p{Cf}/u.test(character)) return 0;
  return /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u.test(
    character,
  )
    ? 2
    : 1;
}

/** A duration in one unit: "12 s", "5 min", "3 h", "2 d". */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return seconds < 36 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
