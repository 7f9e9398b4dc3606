/** Reads a directory, and writes down each request and the server's answer. */
import { DirectoryError } from '../../errors.ts';
import { type Connect, connect } from '../connection/connect.ts';
import { readDirectory } from '../read/read-directory.ts';
import type { Line, Part, Request } from './lines.ts';
import { partLine, requestLine } from './messages.ts';
import type { Read } from './replay.ts';

/** Receives lines. A promise: more lines must wait until it resolves. */
export type WriteLines = (lines: readonly (Line | Request | Part)[]) => Promise<unknown> | undefined;

/**
 * A `readDirectory` that reads everything instead of the mapped groups alone: a snapshot can then be planned with other mappings.
 * @param clock in milliseconds since 1970
 */
export function recordReads(write: WriteLines, clock: () => number): Read {
  return async (settings, given) => {
    const { mapped: _, ...options } = given;
    const now = clock();
    const { position } = options;
    const at = new Date(now).toISOString();
    await write([{ read: { at, ...(position !== undefined && { position }) } }]);
    const recorded = { ...options, clock: () => now, connect: recordConnections(write) };
    const snapshot = await readDirectory(settings, recorded).catch(async (error: unknown) => {
      if (error instanceof DirectoryError) await write([failureLine(error)]);
      throw error;
    });
    await write([{ answered: snapshot.server }]);
    return snapshot;
  };
}

function failureLine({ code, problem, permanent, fix }: DirectoryError): Line {
  return { failed: { code, problem, permanent, ...(fix !== undefined && { fix }) } };
}

/** The bind is not recorded, so that no password is. */
function recordConnections(write: WriteLines): Connect {
  let last: string | undefined;
  return async (url, settings, signal) => {
    const connection = await connect(url, settings, signal);
    const { wire } = connection;
    wire.onAnswer = (bytes, frames) => {
      const request = requestLine(bytes);
      if (request === undefined) return;
      const server: Line[] = last === url ? [] : [{ server: url }];
      last = url;
      const full = write([...server, request, ...frames.map(frame => partLine(frame, wire.limits))]);
      if (full === undefined) return;
      wire.socket.pause();
      full.then(
        () => wire.socket.resume(),
        () => {},
      );
    };
    return connection;
  };
}
