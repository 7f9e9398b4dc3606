import { messageOf, UnavailableError } from '../errors.ts';

/** A server as people know it: kind, host and port. The password, the user and the path stay out. */
export function serverName(kind: 'Redis' | 'PostgreSQL', url: string): string {
  const host = URL.canParse(url) ? new URL(url).host : '';
  return host === '' ? kind : `${kind} at ${host}`;
}

/** Why something failed, in a few words. A refusal at several addresses of one host has no message, only a code. */
export function reasonOf(error: unknown): string {
  const text = messageOf(error);
  if (text !== '') return text;
  return error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
}

/** Runs `work` against `server`; whatever it throws becomes an UnavailableError that names the server and `purpose`. */
export async function reach<T>(server: string, purpose: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    throw new UnavailableError(`${server} did not answer, so ${purpose}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
