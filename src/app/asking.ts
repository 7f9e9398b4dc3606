/** Questions about teams, groups, people and access, and changes by hand, for commands. */
import type { AccessDeps } from '../http/deps/access.ts';
import type { ManualDeps } from '../http/deps/manual.ts';
import type { Settings } from '../settings.ts';
import { type ConflictKey, listConflicts } from '../store/views/conflicts.ts';
import { groupNamed } from '../store/views/groups.ts';
import { accessOf } from './access.ts';
import { manualOf } from './manual.ts';
import { openRecords } from './records.ts';

export type { ConflictKey };

/** A person at a terminal. */
export interface Asking extends AsyncDisposable {
  readonly access: AccessDeps;
  readonly manual: ManualDeps;
  /** Directory groups that get no AccessGroup. */
  conflicts(wish: Parameters<typeof listConflicts>[1]): ReturnType<typeof listConflicts>;
  /** The id of a team's group. Throws RefusedError where there is none. */
  find(team: string, name: string): Promise<number>;
}

/** Opens the database. Throws UnavailableError when it is away. */
export async function openAsking(settings: Settings): Promise<Asking> {
  const records = await openRecords(settings);
  const { db } = records;
  return {
    access: accessOf({ db, settings }),
    manual: manualOf(db),
    conflicts: wish => listConflicts(db, wish),
    find: (team, name) => groupNamed(db, team, name),
    [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
  };
}
