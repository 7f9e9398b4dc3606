/** Which servers are worth asking now: what a process remembers of those that failed it. */
import { DirectoryError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';

/** Kept by whoever reads again and again; made anew, nothing is held against any server. */
export interface ServerMemory {
  /** Now, in milliseconds since 1970. */
  readonly clock: () => number;
  /** From 0 to 1, so that many processes do not come back at one moment. */
  readonly random: () => number;
  readonly failures: Map<string, Failure>;
}

interface Failure {
  readonly times: number;
  readonly restsUntil: number;
  readonly error: DirectoryError;
}

interface Rest {
  readonly firstMs: number;
  readonly longestMs: number;
}

const SERVER: Rest = { firstMs: 1000, longestMs: 60_000 };
/** Few enough attempts that no usual policy locks the account: Windows counts those of 10 to 30 minutes. */
const PASSWORD: Rest = { firstMs: 60_000, longestMs: 900_000 };
/** What another server may do better. A refused password is refused everywhere, and asking on could lock the account. */
const WORTH_ANOTHER_SERVER: readonly string[] = [
  'unreachable',
  'tls',
  'busy',
  'time_limit',
  'interrupted',
  'malformed',
  'server_behind',
];

/** Nothing is remembered yet. */
export function rememberServers({
  clock = Date.now,
  random = Math.random,
}: Partial<Pick<ServerMemory, 'clock' | 'random'>> = {}): ServerMemory {
  return { clock, random, failures: new Map() };
}

/**
 * Does the whole work on the first server that can do it, in the order of `urls`: nothing that one server said is ever
 * taken to another. A server that failed rests before it is asked again, each time for longer; no call waits for that.
 * @throws DirectoryError of the last server tried, with the messages of all; also when all of them rest
 */
export async function onFirstServer<T>(
  settings: DirectorySettings,
  memory: ServerMemory,
  signal: AbortSignal,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const failures: DirectoryError[] = [];
  for (const url of rested(settings, memory)) {
    try {
      const result = await work(url);
      forgive(settings, memory, url);
      return result;
    } catch (error) {
      if (!(error instanceof DirectoryError) || signal.aborted) throw error;
      const failure = named(error, url);
      failures.push(failure);
      if (!blame(settings, memory, url, failure)) break;
    }
  }
  throw allFailed(failures);
}

function named(error: DirectoryError, url: string): DirectoryError {
  if (error.problem.includes(url)) return error;
  const { code, problem, permanent, fix } = error;
  return new DirectoryError(code, `${url}: ${problem}`, { cause: error, permanent, fix });
}

/** The servers that may be asked now. */
function rested(settings: DirectorySettings, memory: ServerMemory): string[] {
  const password = resting(memory, settings.name);
  if (password) throw notAgain(password.error, password, memory);
  const ready = settings.urls.filter(url => resting(memory, keyOf(settings, url)) === undefined);
  if (ready.length > 0) return ready;
  const [next] = settings.urls
    .flatMap(url => memory.failures.get(keyOf(settings, url)) ?? [])
    .sort((one, other) => one.restsUntil - other.restsUntil);
  if (next === undefined)
    throw new DirectoryError('unreachable', 'No server is configured (urls).', { permanent: true });
  throw notAgain(next.error, next, memory);
}

function resting(memory: ServerMemory, key: string): Failure | undefined {
  const failure = memory.failures.get(key);
  return failure && failure.restsUntil > memory.clock() ? failure : undefined;
}

function notAgain(error: DirectoryError, { restsUntil }: Failure, { clock }: ServerMemory): DirectoryError {
  const seconds = Math.ceil((restsUntil - clock()) / 1000);
  const { code, problem, permanent, fix } = error;
  const why = code === 'bind_refused' ? ', so that the account is not locked' : '';
  const message = `${problem} It is not asked again for ${seconds} s${why}.`;
  return new DirectoryError(code, message, { cause: error, permanent, fix });
}

function forgive(settings: DirectorySettings, { failures }: ServerMemory, url: string): void {
  failures.delete(settings.name);
  failures.delete(keyOf(settings, url));
}

/** Remembers a failure, and says whether another server may do better. */
function blame(
  settings: DirectorySettings,
  memory: ServerMemory,
  url: string,
  error: DirectoryError,
): boolean {
  const isWorth = WORTH_ANOTHER_SERVER.includes(error.code);
  if (error.code === 'bind_refused') lay(memory, settings.name, PASSWORD, error);
  // A replica that lags is no broken server: it may have caught up by the next question.
  else if (isWorth && error.code !== 'server_behind') lay(memory, keyOf(settings, url), SERVER, error);
  return isWorth;
}

function lay(
  { failures, clock, random }: ServerMemory,
  key: string,
  { firstMs, longestMs }: Rest,
  error: DirectoryError,
): void {
  const times = (failures.get(key)?.times ?? 0) + 1;
  const longest = Math.min(firstMs * 2 ** (times - 1), longestMs);
  failures.set(key, { times, restsUntil: clock() + longest * (0.5 + random() / 2), error });
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
