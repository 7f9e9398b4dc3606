/** What every command is given, and what it hands back. */
import { userInfo } from 'node:os';
import type { WriteStream } from 'node:tty';
import type { Command } from 'commander';
import { loadConfiguration } from '../app/configuration.ts';
import type { LoadedSettings } from '../config.ts';
import { UsageError } from '../errors.ts';
import { createLog, type Log } from '../log.ts';
import { printable, printableLines } from '../printable.ts';
import type { DirectorySettings } from '../settings.ts';

type Output = Pick<WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Asks the person at the terminal for a line. Left out: nobody is there. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}

/** Adds one command; its action reports the exit code through `exit`. */
export type AddCommand = (program: Command, surroundings: Surroundings, exit: (code: number) => void) => void;

/** Flags that every command takes. */
export interface CommonFlags {
  readonly config?: string;
  readonly json?: boolean;
}

/** Exit codes as the contract promises them. */
export const EXIT = { ok: 0, pending: 1, usage: 2, held: 3, partial: 4, failed: 5 } as const;

/** Loads the configuration that the flags name. Throws ConfigError. */
export function settingsOf(flags: CommonFlags, { env }: Surroundings): Promise<LoadedSettings> {
  return loadConfiguration({ file: flags.config, env });
}

/** A log for commands: quiet unless something is wrong, because their output is the answer. */
export function commandLog(level: string): Log {
  return createLog({ level: level === 'info' ? 'warn' : level });
}

/** The directories that were named, all of them where none was. Throws UsageError for a name that is not configured. */
export function chooseDirectories(
  names: readonly string[],
  all: readonly DirectorySettings[],
): DirectorySettings[] {
  const known = all.map(directory => directory.name);
  for (const name of names) {
    if (!known.includes(name))
      throw new UsageError(`there is no directory "${name}"; configured: ${known.join(', ')}`);
  }
  return all.filter(directory => names.length === 0 || names.includes(directory.name));
}

/** The end of the help of a command below another one, whose flags it takes, too. */
export function examplesBelow(...lines: readonly string[]): string {
  return `\nIt also takes --config <file> and --json.\n\n${examples(...lines)}`;
}

/** The end of the help of a command. */
export function examples(...lines: readonly string[]): string {
  return `Examples:\n${lines.map(line => `  rollcall ${line}`).join('\n')}`;
}

/** A number that was typed, such as a run's; `what` names it. Throws UsageError. */
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
 * One line to stdout. Names, DNs and what servers say come from others: nothing in them is a control of this terminal, and
 * nothing is invisible.
 */
export function print({ stdout }: Surroundings, ...parts: readonly (string | Styled)[]): void {
  stdout.write(`${parts.map(shown).join('')}\n`);
}

/** A line to stderr, or several where the line feeds are our own. */
export function complain({ stderr }: Surroundings, text: string): void {
  stderr.write(`${printableLines(text)}\n`);
}

function shown(part: string | Styled): string {
  if (typeof part === 'string') return printable(part);
  return `\u001b[${part.on}m${printable(part.text)}\u001b[${part.off}m`;
}

/** The answer as JSON to stdout. */
export function printJson({ stdout }: Surroundings, answer: unknown): void {
  const json = JSON.stringify(answer, (_, value) => (ArrayBuffer.isView(value) ? undefined : value), 2);
  stdout.write(`${printableLines(json)}\n`);
}

/** Who is at the terminal, as runs and decisions remember it. */
export function caller(): string {
  return `cli:${userInfo().username}`;
}
