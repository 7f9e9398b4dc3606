import { mkdir, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The given folder, made where missing, or a new temporary one. Only we may look into either. */
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

/** Every account of the machine may walk down to that path. */
export async function isOpenToAll(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & 0o005) !== 0o005) return false;
  const parent = dirname(path);
  return parent === path || isOpenToAll(parent);
}
