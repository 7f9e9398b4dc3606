/** Joins hints with what the database knows. */
import type { Hint, HintedEntries } from '../../model/watch.ts';
import { entriesOfUser, linkedAmong, loadHinted, relatedGroups } from '../../store/current/hinted.ts';
import type { Database } from '../../store/database/database.ts';

export function hintedEntries(db: Database, directory: string, hints: readonly Hint[]): HintedEntries {
  return {
    hints,
    known: all => loadHinted(db, directory, all),
    linked: people => linkedAmong(db, directory, people),
    related: (found, all) => relatedGroups(db, directory, all, found),
  };
}

/** Returns what a run of one person or one group reads; undefined for a run of the directory. A group is named separately. */
export async function entriesOfRun(
  db: Database,
  directory: string,
  { user, group }: { readonly user?: string | undefined; readonly group?: string | undefined },
): Promise<HintedEntries | undefined> {
  if (user !== undefined) return hintedUser(db, directory, user);
  return group === undefined ? undefined : hintedEntries(db, directory, []);
}

/**
 * Hints at one person. The entry that is linked to the local user with that name is the person. If there is none, the name is
 * searched in the directory.
 */
export async function hintedUser(db: Database, directory: string, user: string): Promise<HintedEntries> {
  const { isLocal, ids } = await entriesOfUser(db, directory, user);
  const hints = ids.map(id => ({ id }));
  return { ...hintedEntries(db, directory, hints), ...(!isLocal && { user }) };
}
