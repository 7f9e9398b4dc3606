/** Which directory group is meant when somebody adopts an AccessGroup. */
import { RefusedError } from '../errors.ts';
import type { AdoptFrom } from '../http/deps/ownership.ts';
import type { AdoptWish } from '../jobs/adopt-group.ts';
import type { Candidate, Owned } from '../model-ownership.ts';
import type { DirectorySettings } from '../settings.ts';
import type { Database } from '../store/database.ts';
import { candidatesFor, directoriesKnowing } from '../store/ownership/adopt.ts';
import { requireManual } from '../store/ownership/find.ts';

/**
 * The directory group that was named or, where none was, the only one whose name leads to this AccessGroup. Throws
 * RefusedError `managed_group`, `unknown_source` or `source_refused` where it cannot be told, and
 * `directory_not_configured`.
 */
export async function adoptWishOf(
  { db, directories }: { readonly db: Database; readonly directories: readonly DirectorySettings[] },
  owned: Owned,
  { source, directory }: AdoptFrom,
): Promise<AdoptWish> {
  requireManual(owned);
  if (directory !== undefined) configured(directories, directory);
  const found =
    source === undefined
      ? await candidatesFor(db, owned)
      : (await placesOf(db, directories, source)).map(name => ({ directory: name, dn: source }));
  const fitting = found.filter(one => directory === undefined || one.directory === directory);
  const asked = directory !== undefined && source !== undefined ? [{ directory, dn: source }] : fitting;
  const chosen = theOnly(asked, owned, source);
  return { owned, directory: configured(directories, chosen.directory), dn: chosen.dn };
}

/** Where the DN was seen before; where it never was, any directory may have it. */
async function placesOf(db: Database, directories: readonly DirectorySettings[], dn: string) {
  const known = await directoriesKnowing(db, dn);
  return known.length > 0 ? known : directories.map(({ name }) => name);
}

function theOnly(found: readonly Candidate[], owned: Owned, source: string | undefined): Candidate {
  const [first, ...others] = found;
  const name = `${owned.team}/${owned.name}`;
  if (first === undefined) {
    const why = `no directory group is known whose name leads to ${name}`;
    throw new RefusedError('unknown_source', `${why}: say the DN of the one you mean`);
  }
  if (others.length === 0) return first;
  const all = found.map(({ directory, dn }) => `${directory}: ${dn}`).join('; ');
  const what = source === undefined ? 'several directory groups fit' : 'several directories may have this DN';
  throw new RefusedError('source_refused', `${what}, say which one is to own ${name} (${all})`);
}

/** The settings of a directory. Throws RefusedError `directory_not_configured`. */
export function configured(directories: readonly DirectorySettings[], name: string): DirectorySettings {
  const settings = directories.find(directory => directory.name === name);
  if (settings !== undefined) return settings;
  throw new RefusedError('directory_not_configured', `the configuration has no directory "${name}"`);
}
