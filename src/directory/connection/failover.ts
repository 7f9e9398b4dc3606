/** Chooses the server to use: remembers which servers failed and when each may be tried again. */
import { DirectoryError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';

/** Kept between reads by the caller. A new memory has no failures. */
export interface ServerMemory {
  /** The current time, in milliseconds since 1970. */
  readonly clock: () => number;
  /** From 0 to 1, so that many processes do not retry at the same time. */
  readonly random: () => number;
  readonly failures: Map<string, Failure>;
}

interface Failure {
  readonly times: number;
  readonly retryAt: number;
  readonly error: DirectoryError;
}

interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** The longest pause is short, because a watch waits for it. */
const SERVER_BACKOFF: Backoff = { firstMs: 1000, longestMs: 10_000 };
/**
 * Few enough attempts that common policies do not lock the account: Windows counts attempts within 10 to 30 minutes.
 */
const PASSWORD_BACKOFF: Backoff = { firstMs: 60_000, longestMs: 900_000 };
/**
 * Failures that another server may not have. A refused password is refused everywhere, and more attempts could lock the
 * account.
 */
const TRY_NEXT_SERVER: readonly string[] = [
  'unreachable',
  'tls',
  'busy',
  'time_limit',
  'interrupted',
  'malformed',
  'server_behind',
];

/** A memory without failures. */
export function rememberServers({
  clock = Date.now,
  random = Math.random,
}: Partial<Pick<ServerMemory, 'clock' | 'random'>> = {}): ServerMemory {
  return { clock, random, failures: new Map() };
}

/**
 * Runs the whole work on the first server that can do it, in the order of `urls`. Results of two servers are never
 * mixed. A server that failed is skipped for a time that grows with each failure; calls do not wait for it.
 * @throws DirectoryError of the last server tried, with the messages of all; also if all servers are being skipped
 */
export async function onFirstServer<T>(
  settings: DirectorySettings,
  memory: ServerMemory,
  signal: AbortSignal,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const failures: DirectoryError[] = [];
  for (const url of availableUrls(settings, memory)) {
    try {
      const result = await work(url);
      clearFailures(settings, memory, url);
      return result;
    } catch (error) {
      if (!(error instanceof DirectoryError) || signal.aborted) throw error;
      const failure = withUrl(error, url);
      failures.push(failure);
      if (!recordFailure(settings, memory, url, failure)) break;
    }
  }
  throw allFailed(failures);
}

/** Ends the time for which failed servers are skipped. A refused password still waits, so that the account is not locked. */
export function retryServers(settings: DirectorySettings, { failures }: ServerMemory): void {
  for (const url of settings.urls) failures.delete(keyOf(settings, url));
}

/** Makes the next read try the password, although a server refused the one of before. */
export function retryPassword({ name }: DirectorySettings, { failures }: ServerMemory): void {
  failures.delete(name);
}

function withUrl(error: DirectoryError, url: string): DirectoryError {
  if (error.problem.includes(url)) return error;
  const { code, problem, permanent, fix } = error;
  return new DirectoryError(code, `${url}: ${problem}`, { cause: error, permanent, fix });
}

/** The servers that may be tried now. */
function availableUrls(settings: DirectorySettings, memory: ServerMemory): string[] {
  const password = backingOff(memory, settings.name);
  if (password) throw stillBackingOff(password.error, password, memory);
  const ready = settings.urls.filter(url => backingOff(memory, keyOf(settings, url)) === undefined);
  if (ready.length > 0) return ready;
  const [next] = settings.urls
    .flatMap(url => memory.failures.get(keyOf(settings, url)) ?? [])
    .sort((one, other) => one.retryAt - other.retryAt);
  if (next === undefined)
    throw new DirectoryError('unreachable', 'No server is configured (urls).', { permanent: true });
  throw stillBackingOff(next.error, next, memory);
}

function backingOff(memory: ServerMemory, key: string): Failure | undefined {
  const failure = memory.failures.get(key);
  return failure && failure.retryAt > memory.clock() ? failure : undefined;
}

function stillBackingOff(
  error: DirectoryError,
  { retryAt }: Failure,
  { clock }: ServerMemory,
): DirectoryError {
  const seconds = Math.ceil((retryAt - clock()) / 1000);
  const { code, problem, permanent, fix } = error;
  const why = code === 'bind_refused' ? ', so that the account is not locked' : '';
  const message = `${problem} It is not tried again for ${seconds} s${why}.`;
  return new DirectoryError(code, message, { cause: error, permanent, fix });
}

function clearFailures(settings: DirectorySettings, { failures }: ServerMemory, url: string): void {
  failures.delete(settings.name);
  failures.delete(keyOf(settings, url));
}

/** Records a failure, and returns whether another server should be tried. */
function recordFailure(
  settings: DirectorySettings,
  memory: ServerMemory,
  url: string,
  error: DirectoryError,
): boolean {
  const isWorth = TRY_NEXT_SERVER.includes(error.code);
  if (error.code === 'bind_refused') backOff(memory, settings.name, PASSWORD_BACKOFF, error);
  // A replica that lags is not broken: it may have caught up by the next read.
  else if (isWorth && error.code !== 'server_behind')
    backOff(memory, keyOf(settings, url), SERVER_BACKOFF, error);
  return isWorth;
}

function backOff(
  { failures, clock, random }: ServerMemory,
  key: string,
  { firstMs, longestMs }: Backoff,
  error: DirectoryError,
): void {
  const times = (failures.get(key)?.times ?? 0) + 1;
  const longest = Math.min(firstMs * 2 ** (times - 1), longestMs);
  failures.set(key, { times, retryAt: clock() + longest * (0.5 + random() / 2), error });
}

function keyOf({ name }: DirectorySettings, url: string): string {
  return `${name} ${url}`;
}

function allFailed(failures: readonly DirectoryError[]): DirectoryError {
  const last = failures.at(-1);
  if (last === undefined) throw new Error('a server was asked and neither answered nor failed');
  if (failures.length === 1) return last;
  const { code, permanent } = last;
  const message = failures.map(failure => failure.message).join(' ');
  return new DirectoryError(code, message, { cause: last, permanent });
}
