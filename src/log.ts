/**
 * The logger: one line for each event on standard error, as coloured text on a terminal and as JSON for log collectors.
 */
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { isColorSupported, prettyFactory } from 'pino-pretty';
import { printable } from './text/printable.ts';

export type Log = Logger;

export interface LogOptions {
  /** fatal, error, warn, info, debug, trace or silent. */
  readonly level: string;
  /** Write coloured text instead of JSON. Default: only when standard error is a terminal. */
  readonly pretty?: boolean;
  /** Default: standard error. */
  readonly stream?: DestinationStream;
}

const STDERR = 2;
const SECRET_KEY = /password|passwd|secret|token|authorization|cookie/i;
const BOUND_SECRETS = ['password', 'bindPassword', 'secret', 'token', 'authorization'] as const;
const DEPTH = 8;

/**
 * Creates a logger that writes synchronously, so that the last line before an exit is not lost. Values of keys that
 * look like secrets are replaced by `***`, up to a fixed depth. An error is logged as type, code, message, stack and
 * causes only, because drivers attach rows, statements and connection options to their errors.
 */
export function createLog({ level, pretty: wanted, stream }: LogOptions): Log {
  const output = stream ?? destination({ dest: STDERR, sync: true });
  const isPretty = wanted ?? (stream === undefined && process.stderr.isTTY === true);
  return pino(
    {
      level,
      // Log collectors add the process and the host themselves.
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: label => ({ level: label }),
        log: fields => maskBlock(fields, DEPTH),
      },
      // The formatter does not see the fields of child(), and wildcard paths would make a line fifteen times as
      // expensive.
      redact: { paths: [...BOUND_SECRETS], censor: '***' },
      serializers: { err: (error: unknown) => describeError(error, DEPTH) },
    },
    isPretty
      ? forPeople(output, stream === undefined && isColorSupported)
      : { write: line => output.write(`${printable(line.trimEnd())}\n`) },
  );
}

/** Formats synchronously; the stream of pino-pretty would write later. */
function forPeople(output: DestinationStream, colorize: boolean): DestinationStream {
  const format = prettyFactory({ colorize, translateTime: 'SYS:HH:MM:ss', singleLine: true });
  return { write: line => output.write(format(shown(line))) };
}

/**
 * Returns the JSON line with text that is safe to print on a terminal. An escape in the JSON stays an escape after
 * parsing. Only line feeds, which separate the lines of a stack, remain.
 */
function shown(line: string): string {
  return printable(line.trimEnd()).replace(/\\(u[0-9a-f]{4}|[bfr]|.)/g, (all, what: string) =>
    /^(?:u|[bfr]$)/.test(what) ? `\\\\${what}` : all,
  );
}

function maskBlock(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      SECRET_KEY.test(key) && typeof value !== 'number' && typeof value !== 'boolean'
        ? '***'
        : mask(value, depth - 1),
    ]),
  );
}

function mask(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value, depth);
  if (depth <= 0) return '…';
  if (Array.isArray(value)) return value.map((item: unknown) => mask(item, depth - 1));
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(value));
  return isPlain ? maskBlock(value, depth) : value;
}

function describeError(error: unknown, depth: number): unknown {
  if (!(error instanceof Error) || depth <= 0)
    return error instanceof Error ? error.message : mask(error, depth);
  return {
    type: error.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    message: error.message,
    stack: error.stack,
    ...(error.cause !== undefined && { cause: describeError(error.cause, depth - 1) }),
  };
}
