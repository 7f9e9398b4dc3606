/** Finds the directory group that will own an adopted AccessGroup. */
import { RefusedError } from '../../errors.ts';
import type { AdoptRequest } from '../../jobs/adopt-group.ts';
import type { AdoptFrom } from '../../model/operations/ownership.ts';
import type { Candidate, Owned } from '../../model/ownership.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Database } from '../../store/database/database.ts';
import { candidatesFor, directoriesKnowing } from '../../store/ownership/adopt.ts';
import { requireManual } from '../../store/ownership/find.ts';

/**
 * The named directory group or, without a name, the only one whose name maps to this AccessGroup. Throws RefusedError
 * `managed_group`, `unknown_source`, `source_refused` (several groups qualify) or `directory_not_configured`.
 */
export async function adoptRequestOf(
  { db, directories }: { readonly db: Database; readonly directories: readonly DirectorySettings[] },
  owned: Owned,
  { source, directory }: AdoptFrom,
): Promise<AdoptRequest> {
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

/** The directories that had this DN in an earlier read, or all directories if none had. */
async function placesOf(db: Database, directories: readonly DirectorySettings[], dn: string) {
  const known = await directoriesKnowing(db, dn);
  return known.length > 0 ? known : directories.map(({ name }) => name);
}

function theOnly(found: readonly Candidate[], owned: Owned, source: string | undefined): Candidate {
  const [first, ...others] = found;
  const name = `${owned.team}/${owned.name}`;
  if (first === undefined) {
    const why = `no known directory group has a name that maps to ${name}`;
    throw new RefusedError('unknown_source', `${why}: give the DN of the directory group`);
  }
  if (others.length === 0) return first;
  const all = found.map(({ directory, dn }) => `${directory}: ${dn}`).join('; ');
  const what =
    source === undefined ? 'several directory groups match' : 'several directories may contain this DN';
  throw new RefusedError('source_refused', `${what}: choose the one that is to own ${name} (${all})`);
}

/** The settings of a directory. Throws RefusedError `directory_not_configured`. */
export function configured(directories: readonly DirectorySettings[], name: string): DirectorySettings {
  const settings = directories.find(directory => directory.name === name);
  if (settings !== undefined) return settings;
  throw new RefusedError('directory_not_configured', `the configuration has no directory "${name}"`);
}
