/** Gives the answers of a recording to the code that reads directories. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { type Connect, connect } from '../connection/connect.ts';
import { type DirectoryReadOptions, readDirectory } from '../read/read-directory.ts';
import { serve } from '../server/conversation.ts';
import { listen } from '../server/listener.ts';
import { createAnswers } from './answers.ts';
import type { Failure } from './lines.ts';
import type { RecordedRead, Recording } from './recording.ts';

/** As `readDirectory`. */
export type Read = (settings: DirectorySettings, options: DirectoryReadOptions) => Promise<Snapshot>;

export interface Replay extends AsyncDisposable {
  /**
   * Reads from the recording, as the reads were made: at the same times, after the same marker and from the same servers. A read that
   * failed fails again.
   */
  readonly readDirectory: Read;
  /** How many requests the recording has no answer to, so that its entries answered them. */
  readonly derived: () => number;
}

/** Starts the servers of a recording, which only this process and its user can reach. */
export async function openReplay({ reads }: Recording): Promise<Replay> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const urls = serversOf(reads);
  const answers = createAnswers(reads);
  for (const [index, url] of urls.entries()) {
    const listener = await listen({ path: join(folder, `${index}`) }, socket => {
      serve(socket, answers.connection(url)).catch(() => socket.destroy());
    });
    stack.defer(() => listener.close());
  }
  const connectLocally: Connect = async (url, settings, signal) => {
    const path = join(folder, `${urls.indexOf(url)}`);
    const local = { ...settings, ...ACCOUNT, startTls: false, tls: {} };
    return { ...(await connect(`ldapi://${encodeURIComponent(path)}`, local, signal)), url };
  };
  let count = 0;
  const kept = stack.move();
  return {
    readDirectory: async (settings, given) => {
      const { mapped: _, position: own, ...options } = given;
      if (own === undefined) count = skipBehind(reads, count);
      const read = reads[count];
      count += 1;
      if (read?.failure) throw failureOf(read.failure);
      answers.begin(read);
      const position = read === undefined ? own : read.position;
      const { at = 0 } = read ?? reads.at(-1) ?? {};
      return readDirectory(
        { ...settings, urls },
        { ...options, clock: () => at, connect: connectLocally, ...(position !== undefined && { position }) },
      );
    },
    derived: answers.derived,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const ACCOUNT = { bind: 'simple', bindDn: 'cn=snapshot', bindPassword: 'snapshot' } as const;

/** The servers that gave whole reads, or if all reads failed, every server that gave an answer. */
function serversOf(reads: readonly RecordedRead[]): string[] {
  const servers = reads.flatMap(({ server }) => server ?? []);
  const all = servers.length > 0 ? servers : reads.flatMap(({ answers }) => [...answers.keys()]);
  return [...new Set(all)];
}

/** A server can only be behind an earlier read, which another database does not know. */
function skipBehind(reads: readonly RecordedRead[], from: number): number {
  const next = reads.findIndex(({ failure }, index) => index >= from && failure?.code !== 'server_behind');
  return next < 0 ? reads.length : next;
}

function failureOf({ code, problem, permanent, fix }: Failure): DirectoryError {
  return new DirectoryError(code, problem, { permanent, fix });
}
