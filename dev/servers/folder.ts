/** Creates the data folders of embedded servers. */
import { mkdir, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The given folder, created if missing, or a new temporary one. Only the owner can read it. */
export async function serverFolder(
  name: string,
  folder: string | undefined,
): Promise<{ folder: string; temporary: boolean }> {
  if (folder === undefined) {
    return { folder: await mkdtemp(join(tmpdir(), `rollcall-${name}-`)), temporary: true };
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { folder: resolve(folder), temporary: false };
}

/** Lets every account of the machine reach that path. */
export async function isOpenToAll(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & 0o005) !== 0o005) return false;
  const parent = dirname(path);
  return parent === path || isOpenToAll(parent);
}
