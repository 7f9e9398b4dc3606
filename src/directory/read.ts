/** The way into a directory: everything that one run needs to know about it, complete or not at all. */
import type { Snapshot } from '../model.ts';
import type { DirectorySettings } from '../settings.ts';
import { type ReadOptions, readWhole } from './whole.ts';

/**
 * Reads a directory: users, groups, and the members of every group with nested groups flattened.
 * @throws DirectoryError when anything could not be read whole; nothing may then be concluded
 */
export async function readDirectory(
  settings: DirectorySettings,
  options: ReadOptions = {},
): Promise<Snapshot> {
  return await readWhole(settings, options);
}
