/** Creates the data folders of embedded servers. */
import { mkdir, mkdtemp, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A memory disk of Linux. Small ones (64 MiB in a container) do not hold the databases of tests. */
const memoryDisk = '/dev/shm';
const TMPFS = 0x01021994;
const ENOUGH_BYTES = 2 * 1024 ** 3;

/** The given folder, created if missing, or a new temporary one in `parent`. Only the owner can read it. */
export async function serverFolder(
  name: string,
  folder: string | undefined,
  parent = tmpdir(),
): Promise<{ folder: string; temporary: boolean }> {
  if (folder === undefined) {
    return { folder: await mkdtemp(join(parent, `rollcall-${name}-`)), temporary: true };
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { folder: resolve(folder), temporary: false };
}

/**
 * Where temporary folders are fastest. On a memory disk PostgreSQL copies a database in a tenth of the processor time.
 */
export async function fastestFolder(): Promise<string> {
  const disk = await statfs(memoryDisk).catch(() => undefined);
  const isLarge = disk?.type === TMPFS && disk.bavail * disk.bsize >= ENOUGH_BYTES;
  return isLarge && process.availableMemory() >= 2 * ENOUGH_BYTES ? memoryDisk : tmpdir();
}

/** Lets every account of the machine reach that path. */
export async function isOpenToAll(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & 0o005) !== 0o005) return false;
  const parent = dirname(path);
  return parent === path || isOpenToAll(parent);
}
