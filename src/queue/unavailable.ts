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

interface Failure {
  /** Matches the code of PostgreSQL, or the message of Redis. */
  readonly pattern: RegExp;
  readonly what: string;
  readonly fix: string;
}

const FAILURES: readonly Failure[] = [
  { pattern: /^(25006|READONLY)/, what: 'is read-only', fix: 'point the URL to the primary' },
  { pattern: /^(53100|MISCONF)/, what: 'cannot write to its disk', fix: 'free space on its disk' },
  { pattern: /^OOM/, what: 'has no memory left', fix: 'raise its maxmemory' },
  {
    pattern: /^NOREPLICAS/,
    what: 'has fewer replicas than it needs for writes',
    fix: 'connect its replicas, or lower min-replicas-to-write',
  },
  {
    pattern: /^42501/,
    what: 'does not permit what the queue needs',
    fix: 'run deploy/roles.sql, which creates a schema for the queue, or set redis.url',
  },
  { pattern: /^LOADING/, what: 'is loading its data', fix: 'wait until it is ready' },
  {
    pattern: /^(WRONGPASS|NOAUTH)/,
    what: 'refuses the login',
    fix: 'check the user and password of its URL',
  },
  {
    pattern: /NOPERM|ACL failure|The user executing the script/,
    what: 'does not permit what the queue needs',
    fix: 'give its user the rights in docs/operations.md#install',
  },
];

/** The kind of failure, from the messages of Redis and the codes of PostgreSQL. */
function failureOf(error: unknown, reason: string): Pick<Failure, 'what'> & Partial<Failure> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = FAILURES.find(({ pattern }) => pattern.test(reason) || pattern.test(code));
  return known ?? { what: 'did not answer' };
}

/** Runs `work`. Wraps any error in an UnavailableError that names the server and the `purpose`. */
export async function reach<T>(server: string, purpose: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    const reason = reasonOf(error);
    const { what, fix } = failureOf(error, reason);
    throw new UnavailableError(`${server} ${what}, so ${purpose}: ${reason}`, { cause: error, fix });
  }
}
