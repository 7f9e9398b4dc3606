/** Terminal output: fits tables to the width of the terminal, and uses styles only on a terminal. */
import { type CommandContext, print, type Styled } from './command.ts';
import { table } from './table.ts';

/** SGR parameters that switch a style on and off. */
const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39] } as const;

/** The text in a style; plain text if stdout is not a terminal or NO_COLOR is set (https://no-color.org). */
export function styled(
  { env, stdout }: CommandContext,
  style: keyof typeof STYLES,
  text: string,
): string | Styled {
  if (stdout.isTTY !== true || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return text;
  const [on, off] = STYLES[style];
  return { text, on, off };
}

/** Prints a table, cut to the width of the terminal. Without a terminal, cells are never cut. */
export function printTable(
  context: CommandContext,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const { isTTY, columns } = context.stdout;
  const [first = '', ...others] = table(header, rows, isTTY === true ? columns : undefined);
  print(context, styled(context, 'bold', first));
  for (const line of others) print(context, line);
}
