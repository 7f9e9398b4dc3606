/** The way into a directory: everything that one run needs to know about it, complete or not at all. */
import type { Snapshot } from '../model.ts';
import type { DirectorySettings } from '../settings.ts';
import { readOneGroup } from './one-group.ts';
import type { ReadOptions } from './session.ts';
import { readWhole } from './whole.ts';

/**
 * Reads a directory: users, groups, and the members of every group with nested groups flattened. With `group`, a DN or
 * a name, only that group and what it refers to; nested groups then stand in nobody's list but their parent's.
 * @throws DirectoryError when anything could not be read whole; nothing may then be concluded
 * @throws GoneError when no mapped group has that DN or name
 */
export async function readDirectory(
  settings: DirectorySettings,
  options: ReadOptions & { readonly group?: string } = {},
): Promise<Snapshot> {
  const { group, ...others } = options;
  return group === undefined
    ? await readWhole(settings, others)
    : await readOneGroup(settings, group, others);
}
