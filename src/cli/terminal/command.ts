/** The context of a command, and the flags, exit codes and output that all commands share. */
import { userInfo } from 'node:os';
import type { WriteStream } from 'node:tty';
import type { Command } from 'commander';
import type { LoadedSettings } from '../../config/load-settings.ts';
import { UsageError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { DirectorySettings, Settings } from '../../model/settings.ts';
import { printable, printableLines } from '../../text/printable.ts';

type Output = Pick<WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Asks the user at the terminal for a line. Undefined if no terminal is attached. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}

/** Adds one command. Its action reports any exit code but 0 through `exit`. */
export type AddCommand = (program: Command, context: CommandContext, exit: (code: number) => void) => void;

/** Flags that every command takes. */
export interface CommonFlags {
  readonly config?: string;
  readonly json?: boolean;
}

/** Exit codes. Scripts rely on them, so they never change. */
export const EXIT = { ok: 0, pending: 1, usage: 2, held: 3, partial: 4, failed: 5 } as const;

/** Starts a command with the flags that every command takes. `answer` is what `--json` prints. */
export function newCommand(parent: Command, usage: string, answer = 'the answer'): Command {
  return parent
    .command(usage)
    .option('--config <file>', 'configuration file')
    .option('--json', `print ${answer} as JSON`);
}

/** Loads the configuration that the flags name, with the origin of each value. Throws ConfigError. */
export async function configurationOf(flags: CommonFlags, { env }: CommandContext): Promise<LoadedSettings> {
  const { loadConfiguration } = await import('../../app/commands/configuration.ts');
  return loadConfiguration({ file: flags.config, env });
}

/** Loads the settings of the configuration that the flags name. Throws ConfigError. */
export async function settingsOf(flags: CommonFlags, context: CommandContext): Promise<Settings> {
  return (await configurationOf(flags, context)).settings;
}

/** A log for commands. It omits info lines, because the output of a command is its answer. */
export async function commandLog(level: string): Promise<Log> {
  const { createLog } = await import('../../log.ts');
  return createLog({ level: level === 'info' ? 'warn' : level });
}

/** The named directories, or all if no name is given. Throws UsageError for a name that is not configured. */
export function chooseDirectories(
  names: readonly string[],
  all: readonly DirectorySettings[],
): DirectorySettings[] {
  const known = all.map(directory => directory.name);
  for (const name of names) {
    if (!known.includes(name))
      throw new UsageError(`directory "${name}" is not configured; configured: ${known.join(', ')}`);
  }
  return all.filter(directory => names.length === 0 || names.includes(directory.name));
}

/** The end of the help of a subcommand, which also takes the flags of its parent. */
export function examplesBelow(...lines: readonly string[]): string {
  return `\nAlso accepts --config <file> and --json.\n\n${examples(...lines)}`;
}

/** The end of the help of a command. */
export function examples(...lines: readonly string[]): string {
  return `Examples:\n${lines.map(line => `  rollcall ${line}`).join('\n')}`;
}

/** What a run is limited to. */
export interface LimitFlags {
  readonly group?: string;
  readonly user?: string;
}

/** The group or person of the flags. Throws UsageError for both. */
export function limitOf({ group, user }: LimitFlags): LimitFlags {
  if (group !== undefined && user !== undefined) throw new UsageError('give either --group or --user');
  return { ...(group !== undefined && { group }), ...(user !== undefined && { user }) };
}

/** Parses a positive number, such as a run id. `what` names the value in the error. Throws UsageError. */
export function positive(text: string, what: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new UsageError(`${what} takes a positive whole number, not "${text}"`);
  return Number(text);
}

/** Text in a style: SGR parameters (ECMA-48, 8.3.117) that switch it on and off. */
export interface Styled {
  readonly text: string;
  readonly on: number;
  readonly off: number;
}

/**
 * Prints one line to stdout. Names, DNs and server messages are untrusted: control and invisible characters are
 * escaped, so that they cannot control the terminal.
 */
export function print({ stdout }: CommandContext, ...parts: readonly (string | Styled)[]): void {
  stdout.write(`${parts.map(shown).join('')}\n`);
}

/** Prints a message to stderr. Line feeds are kept, so pass only messages that rollcall composed. */
export function complain({ stderr }: CommandContext, text: string): void {
  stderr.write(`${printableLines(text)}\n`);
}

const CLEAR_LINE = '\r\u001b[K';

/** Shows a text on stderr in place of the one before, if stderr is a terminal. undefined: removes it. */
export function printInPlace({ stderr }: CommandContext, text: string | undefined): void {
  if (stderr.isTTY) stderr.write(`${CLEAR_LINE}${printable(text ?? '')}`);
}

function shown(part: string | Styled): string {
  if (typeof part === 'string') return printable(part);
  return `\u001b[${part.on}m${printable(part.text)}\u001b[${part.off}m`;
}

/** Prints the answer as JSON to stdout. */
export function printJson({ stdout }: CommandContext, answer: unknown): void {
  const json = JSON.stringify(answer, (_, value) => (ArrayBuffer.isView(value) ? undefined : value), 2);
  stdout.write(`${printableLines(json)}\n`);
}

/** Prints the answer of a command: as JSON with `--json`, otherwise as lines. */
export function printAnswer(
  { json = false }: CommonFlags,
  context: CommandContext,
  answer: unknown,
  lines: readonly string[],
): void {
  if (json) printJson(context, answer);
  else for (const line of lines) print(context, line);
}

/** The user at the terminal, as recorded with runs and decisions. */
export function caller(): string {
  return `cli:${userInfo().username}`;
}
