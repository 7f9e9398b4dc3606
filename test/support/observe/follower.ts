/** The consumers of docs/events.md, as processes of their own that a test kills and starts again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { requirePython } from '../../../dev/install/python.ts';
import type { temporaryFolder } from '../config.ts';
import { blocksOf } from '../documents.ts';

type Folder = Awaited<ReturnType<typeof temporaryFolder>>;

/** One change as a consumer wrote it. */
export interface WrittenChange {
  readonly cursor: string;
  readonly action: string;
  readonly groupId: number;
  readonly userId: number;
}

export interface Follower extends AsyncDisposable {
  start(): void;
  /** Kills the process and waits for its end. */
  kill(): Promise<void>;
  /** Everything that was written, by all processes. */
  written(): WrittenChange[];
}

/** Prepares the consumer in this language; it writes into a file of its own. Starts nothing. */
export async function followerIn(
  language: 'ts' | 'python',
  folder: Folder,
  { url, token, name }: { readonly url: string; readonly token: string; readonly name: string },
): Promise<Follower> {
  const [code = ''] = blocksOf('docs/events.md', language);
  const program = await folder.write(`${name}.${language === 'ts' ? 'ts' : 'py'}`, code);
  const runtime = language === 'ts' ? process.execPath : (await requirePython()).path;
  const file = `${program}.jsonl`;
  const env = { PATH: process.env['PATH'], ROLLCALL_URL: url, ROLLCALL_TOKEN: token, FILE: file };
  let child: ChildProcess | undefined;
  const kill = async () => {
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    child = undefined;
    await ended;
  };
  return {
    start() {
      child = spawn(runtime, [program], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    },
    kill,
    written: () =>
      existsSync(file)
        ? readFileSync(file, 'utf8')
            .split('\n')
            .filter(line => line !== '')
            .map(line => JSON.parse(line))
        : [],
    [Symbol.asyncDispose]: kill,
  };
}
