import type { Database } from './database.ts';
import { DirectoryState } from './entities/directory-state.ts';

/** What the last complete read of a directory left behind; undefined before the first. */
export async function directoryState(
  db: Database,
  directory: string,
): Promise<
  { marker: string | undefined; server: string; configDigest: string; lastCompleteAt: Date } | undefined
> {
  const row = await db.orm.em.fork().findOne(DirectoryState, { directory });
  if (row === null) return undefined;
  const { marker, server, configDigest, lastCompleteAt } = row;
  return { marker: marker ?? undefined, server, configDigest, lastCompleteAt };
}
