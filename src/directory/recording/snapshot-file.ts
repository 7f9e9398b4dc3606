/** Writes and reads the lines of a snapshot file, which are compressed with Zstandard. */
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, link, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import { UsageError } from '../../errors.ts';
import { notASnapshot } from './lines.ts';

export interface SnapshotFile extends AsyncDisposable {
  /** Returns a promise if the disk is slower than the caller, which must then wait for it. */
  readonly write: (lines: readonly object[]) => Promise<unknown> | undefined;
  /** Rejects with the first error of the disk. */
  readonly failed: Promise<never>;
  /** Completes the file and returns its bytes. */
  readonly finish: () => Promise<number>;
}

/**
 * Opens a file that only its owner can read. It has a temporary name until it is finished; disposal before that deletes it.
 * @throws UsageError if `file` exists, unless it may be replaced
 */
export async function createSnapshotFile(file: string, { replace = false } = {}): Promise<SnapshotFile> {
  if (!replace && (await exists(file))) throw alreadyThere(file);
  // Not the process id, which is the same in each container: an earlier process may have been killed.
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  const compress = createZstdCompress();
  const target = createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true });
  const written = pipeline(compress, target);
  const failed = new Promise<never>((_, reject) => {
    written.catch(reject);
  });
  failed.catch(() => {});
  return {
    failed,
    write: lines => {
      const text = lines.map(line => `${JSON.stringify(line)}\n`).join('');
      if (text === '' || compress.write(text)) return undefined;
      const drained = new Promise<void>(resolve => compress.once('drain', resolve));
      return Promise.race([drained, failed]);
    },
    finish: async () => {
      compress.end();
      await written;
      if (replace) await rename(temporary, file);
      else await linkNew(temporary, file);
      return (await stat(file)).size;
    },
    [Symbol.asyncDispose]: async () => {
      compress.destroy();
      await written.catch(() => {});
      await rm(temporary, { force: true });
    },
  };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** A rename would replace a file that came into being meanwhile. */
async function linkNew(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file);
  } catch (error) {
    throw (await exists(file)) ? alreadyThere(file) : error;
  }
  await rm(temporary);
}

function alreadyThere(file: string): UsageError {
  return new UsageError(`${file} exists; --force replaces it`);
}

/** The lines of a snapshot file. @throws UsageError if it is missing or not compressed as a snapshot is */
export async function* readSnapshotFile(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    // A pipe does not pass errors on.
    const source = createReadStream(file);
    const text = createZstdDecompress();
    source.once('error', error => text.destroy(error)).pipe(text);
    for await (const chunk of text.setEncoding('utf8')) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw (await exists(file)) ? notASnapshot({ cause: error }) : new UsageError(`${file} does not exist`);
  }
}
