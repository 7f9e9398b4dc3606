/** Reads files that the configuration names: secrets and certificates. */
import { readFile } from 'node:fs/promises';

/** The text of a file, or a short reason if it cannot be read. */
export async function readText(
  path: string,
): Promise<{ readonly text: string } | { readonly reason: string }> {
  try {
    return { text: await readFile(path, 'utf8') };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/** A short reason why a file could not be read. */
export function reasonOf(error: unknown): string {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'no such file';
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read it';
    case 'EISDIR':
      return 'it is a directory';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
