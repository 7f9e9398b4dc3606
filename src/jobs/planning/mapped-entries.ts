/** Decides whether a run begins with a read of the mapped groups alone. */
import type { MappedEntries } from '../../model/read-targets.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { LastState } from '../../store/current/directory-state.ts';
import { linkedAmong, linkedGroups } from '../../store/current/hinted.ts';
import type { Database } from '../../store/database/database.ts';
import { configDigest } from './config-digest.ts';

/**
 * Up to this share of the people, a read of the mapped groups costs at most half of a whole read: a search for one person costs
 * about as much as reading nine people in pages.
 */
const LARGEST_SHARE = 0.05;

/**
 * Returns how to read the mapped groups alone; undefined: the whole directory must be read, because it was not read
 * within `fullReadEvery` with this configuration, or because the mapped groups then had more than a small share of its people.
 */
export function mappedEntries(
  db: Database,
  settings: DirectorySettings,
  last: LastState | undefined,
  now: Date,
): MappedEntries | undefined {
  const { whole, configDigest: before } = last ?? {};
  if (whole === undefined || before !== configDigest(settings)) return undefined;
  if (now.getTime() - whole.at.getTime() >= settings.fullReadEveryMs) return undefined;
  const limit = Math.floor(whole.people * LARGEST_SHARE);
  if (whole.referenced > limit) return undefined;
  return {
    limit,
    known: () => linkedGroups(db, settings.name),
    linked: people => linkedAmong(db, settings.name, people),
  };
}
