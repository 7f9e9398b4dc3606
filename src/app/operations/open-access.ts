/** Queries about teams, groups, users and access, and changes of manual groups, for commands. */
import type { ConflictFilter, ConflictGroup, ConflictKey, Page } from '../../model/access.ts';
import type { AccessOperations } from '../../model/operations/access.ts';
import type { GroupOperations } from '../../model/operations/groups.ts';
import type { Settings } from '../../model/settings.ts';
import { listConflicts } from '../../store/queries/conflicts.ts';
import { groupNamed } from '../../store/queries/groups.ts';
import { accessOf } from './access.ts';
import { openRecords } from './database.ts';
import { manualOf } from './groups.ts';

/** The operations of one command. */
export interface AccessSession extends AsyncDisposable {
  readonly access: AccessOperations;
  readonly manual: GroupOperations;
  /** Directory groups without an AccessGroup. */
  conflicts(page: ConflictFilter): Promise<Page<ConflictGroup, ConflictKey>>;
  /** The id of a group of a team. Throws RefusedError if it does not exist. */
  find(team: string, name: string): Promise<number>;
}

/** Opens the database. Throws UnavailableError if it does not answer. */
export async function openAccess(settings: Settings): Promise<AccessSession> {
  const records = await openRecords(settings);
  const { db } = records;
  return {
    access: accessOf({ db, current: { settings } }),
    manual: manualOf(db),
    conflicts: page => listConflicts(db, page),
    find: (team, name) => groupNamed(db, team, name),
    [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
  };
}
