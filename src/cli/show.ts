/** How answers look on a terminal: as wide as it is, and in colour only where it is one. */
import { print, type Styled, type Surroundings } from './context.ts';
import { table } from './table.ts';

/** SGR parameters: what switches a style on, and what off. */
const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39] } as const;

/** The text in a style, on a terminal of somebody who did not say no to colours (NO_COLOR, https://no-color.org). */
export function styled(
  { env, stdout }: Surroundings,
  style: keyof typeof STYLES,
  text: string,
): string | Styled {
  if (stdout.isTTY !== true || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return text;
  const [on, off] = STYLES[style];
  return { text, on, off };
}

/** Prints a table that fits the terminal; elsewhere nothing is cut. */
export function printTable(
  surroundings: Surroundings,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const { isTTY, columns } = surroundings.stdout;
  const [first = '', ...others] = table(header, rows, isTTY === true ? columns : undefined);
  print(surroundings, styled(surroundings, 'bold', first));
  for (const line of others) print(surroundings, line);
}
