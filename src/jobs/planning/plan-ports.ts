/** What planning a directory takes from outside. Types only. */
import type { DirectorySettings } from '../../model/settings.ts';
import type { ReadCounts, ReadTargets, Snapshot } from '../../model/snapshot.ts';
import type { Database } from '../../store/database/database.ts';

export interface ReadOptions {
  /** DN or name of the only group to read. */
  readonly group?: string;
  /** The only groups and people to read, by identity: what a decision rests on is read once more. */
  readonly targets?: ReadTargets;
  /** The marker of the last complete read: a server that is behind it is not believed. */
  readonly position?: string;
  /** A server to ask only when no other answers: it gave the first answer. */
  readonly avoid?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (counts: ReadCounts) => void;
}

/** Reads a directory whole, or throws a DirectoryError. */
export type ReadDirectory = (settings: DirectorySettings, options: ReadOptions) => Promise<Snapshot>;

export interface PlanPorts {
  readonly db: Database;
  readonly readDirectory: ReadDirectory;
}
