/** Turns the errors of a queue server into UnavailableError. */
import { messageOf, UnavailableError } from '../errors.ts';

/** A server name for messages: kind, host and port, without password, user and path. */
export function serverName(kind: 'Redis' | 'PostgreSQL', url: string): string {
  const host = URL.canParse(url) ? new URL(url).host : '';
  return host === '' ? kind : `${kind} at ${host}`;
}

/** A short reason. An error for several addresses of one host has no message, only a code such as ECONNREFUSED. */
export function reasonOf(error: unknown): string {
  const text = messageOf(error);
  if (text !== '') return text;
  return error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
}

/** The kind of failure, from the messages of Redis and the codes of PostgreSQL. */
function failureOf(error: unknown, reason: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === '25006' || reason.startsWith('READONLY')) return 'is read-only';
  if (code === '53100' || reason.startsWith('MISCONF')) return 'cannot write to its disk';
  if (/^(WRONGPASS|NOAUTH)/.test(reason)) return 'refuses the login';
  if (/NOPERM|ACL failure|The user executing the script/.test(reason))
    return 'does not permit what the queue needs';
  return reason.startsWith('OOM') ? 'has no memory left' : 'did not answer';
}

/** Runs `work`. Wraps any error in an UnavailableError that names the server and the `purpose`. */
export async function reach<T>(server: string, purpose: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    const reason = reasonOf(error);
    throw new UnavailableError(`${server} ${failureOf(error, reason)}, so ${purpose}: ${reason}`, {
      cause: error,
    });
  }
}
