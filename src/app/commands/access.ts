/** Queries about teams, groups, users and access, and changes of manual groups, for commands. */
import type { AccessDeps } from '../../http/ports/access.ts';
import type { ManualDeps } from '../../http/ports/groups.ts';
import type { Settings } from '../../model/settings.ts';
import { type ConflictKey, listConflicts } from '../../store/queries/conflicts.ts';
import { groupNamed } from '../../store/queries/groups.ts';
import { accessOf } from '../operations/access.ts';
import { openRecords } from '../operations/database.ts';
import { manualOf } from '../operations/groups.ts';

export type { ConflictKey };

/** The operations of one command. */
export interface AccessOperations extends AsyncDisposable {
  readonly access: AccessDeps;
  readonly manual: ManualDeps;
  /** Directory groups without an AccessGroup. */
  conflicts(page: Parameters<typeof listConflicts>[1]): ReturnType<typeof listConflicts>;
  /** The id of a group of a team. Throws RefusedError if it does not exist. */
  find(team: string, name: string): Promise<number>;
}

/** Opens the database. Throws UnavailableError if it does not answer. */
export async function openAccess(settings: Settings): Promise<AccessOperations> {
  const records = await openRecords(settings);
  const { db } = records;
  return {
    access: accessOf({ db, settings }),
    manual: manualOf(db),
    conflicts: page => listConflicts(db, page),
    find: (team, name) => groupNamed(db, team, name),
    [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
  };
}
