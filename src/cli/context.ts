/** What every command is given, and what it hands back. */
import { userInfo } from 'node:os';
import type { WriteStream } from 'node:tty';
import type { Command } from 'commander';
import { loadConfiguration } from '../app/configuration.ts';
import type { LoadedSettings } from '../config.ts';
import { UsageError } from '../errors.ts';
import { createLog, type Log } from '../log.ts';
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

/** One line to stdout. */
export function print({ stdout }: Surroundings, line: string): void {
  stdout.write(`${line}\n`);
}

/** The answer as JSON to stdout. */
export function printJson(surroundings: Surroundings, answer: unknown): void {
  print(
    surroundings,
    JSON.stringify(answer, (_, value) => (ArrayBuffer.isView(value) ? undefined : value), 2),
  );
}

/** Who is at the terminal, as runs and decisions remember it. */
export function caller(): string {
  return `cli:${userInfo().username}`;
}
