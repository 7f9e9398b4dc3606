/** The database and the reader that planning a directory needs. Types only. */

import type { MappedEntries, ReadTargets } from '../../model/read-targets.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { ReadCounts, Snapshot } from '../../model/snapshot.ts';
import type { HintedEntries, LoadMembers } from '../../model/watch.ts';
import type { Database } from '../../store/database/database.ts';

export interface ReadOptions {
  /** DN or name of the only group to read. */
  readonly group?: string;
  /** The only groups and people to read, by identity, when removals are confirmed. */
  readonly targets?: ReadTargets;
  /** Only the groups that these entries may affect are read. */
  readonly hinted?: HintedEntries;
  /** Only the mapped groups and what they refer to are read, if that is not too much. */
  readonly mapped?: MappedEntries;
  /** The marker of the last applied read: a server that is behind it is rejected. */
  readonly position?: string;
  /** The server of the first read: it is asked only if no other server answers. */
  readonly avoid?: string;
  /** Members according to the database: only members who come or go are read. */
  readonly loadMembers?: LoadMembers;
  readonly signal?: AbortSignal;
  readonly onProgress?: (counts: ReadCounts) => void;
}

/** Reads a directory completely, or throws DirectoryError. */
export type ReadDirectory = (settings: DirectorySettings, options: ReadOptions) => Promise<Snapshot>;

export interface PlanPorts {
  readonly db: Database;
  readonly readDirectory: ReadDirectory;
}
