/** Whether the running process can continue with another configuration. */
import type { LoadedSettings } from '../../config/load-settings.ts';
import { changedKeys } from '../../config/report/values.ts';
import { checkDirectory } from '../../directory/check/check-directory.ts';
import { ConfigError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { linkedBy } from '../../store/current/directory-state.ts';
import type { Database } from '../../store/database/database.ts';
import { withTimeout } from '../../store/database/timeouts.ts';
import { requireTables } from '../operations/database.ts';
import { requireIdAttributes } from './require-id-attribute.ts';

/** Less than the time limit of a request. */
const LIMIT_MS = 25_000;

/** What is judged: not where the values are from. */
export type ComparedSettings = Pick<LoadedSettings, 'settings' | 'values'>;

/** What is opened once, when the process starts. */
const NEEDS_RESTART = /^(database\.|redis\.|http\.(host|port)$)/;

/**
 * Throws ConfigError if the next configuration needs a restart, if the database does not have what it says, or if a
 * directory cannot be read as it says. Throws UnavailableError if the database does not answer.
 */
export async function judgeReload(
  db: Database,
  { running, next }: { readonly running: ComparedSettings; readonly next: ComparedSettings },
): Promise<void> {
  requireNoRestart(running, next);
  const changed = changedKeys(running.values, next.values);
  if (changed.some(key => key.startsWith('directories[')))
    await withTimeout(LIMIT_MS, judgeServers(db, running, next));
}

/** Throws ConfigError with the keys that differ and are read only at the start. */
export function requireNoRestart(running: ComparedSettings, next: ComparedSettings): void {
  const fixed = changedKeys(running.values, next.values).filter(key => NEEDS_RESTART.test(key));
  if (fixed.length > 0)
    throw new ConfigError(fixed.map(key => `${key}: restart needed, because it is read only at the start`));
}

async function judgeServers(db: Database, running: ComparedSettings, next: ComparedSettings): Promise<void> {
  await requireTables(db, next.settings);
  await requireIdAttributes(db, next.settings);
  const known = new Set(running.settings.directories.map(readingOf));
  const linked = await linkedBy(db);
  const problems = await Promise.all(
    next.settings.directories
      .filter(directory => !known.has(readingOf(directory)))
      .map(directory => directoryProblems(directory, linked.get(directory.name))),
  );
  if (problems.flat().length > 0) throw new ConfigError(problems.flat());
}

/** How the directory is reached, and what is read from it. Other settings can change while no server answers. */
function readingOf(directory: DirectorySettings): string {
  const { name, urls, startTls, tls, bind, bindDn, bindPassword, vendor, idAttribute } = directory;
  const { users, groups } = directory;
  return JSON.stringify([
    [name, urls, startTls, tls, bind, bindDn, bindPassword, vendor, idAttribute],
    [users, groups],
  ]);
}

/** One usable server is enough, because a run uses the others only if the first fails. */
async function directoryProblems(
  directory: DirectorySettings,
  linked: string | undefined,
): Promise<string[]> {
  const findings = await checkDirectory(directory, { linkedBy: linked });
  const servers = new Set(directory.urls.map(url => `${directory.name} ${url}`));
  const isUsable = findings.some(({ subject }) => !servers.has(subject));
  return findings
    .filter(({ level, subject }) => level === 'fail' && !(isUsable && servers.has(subject)))
    .map(({ subject, message }) => `${subject}: ${message}`);
}
