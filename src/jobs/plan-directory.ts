/** read → snapshot → plan → guard. Writes nothing: a dry run is this and no more. */
import type { CurrentState, ReadCounts, Snapshot } from '../model.ts';
import type { Approved } from '../model-plan.ts';
import { judge } from '../plan/guard.ts';
import { planSync } from '../plan/plan.ts';
import { type Wanted, wantedBy } from '../plan/wanted.ts';
import type { Planned } from '../run.ts';
import type { DirectorySettings } from '../settings.ts';
import { configDigest } from './config-digest.ts';

export interface ReadOptions {
  /** DN or name of the only group to read. */
  readonly group?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (counts: ReadCounts) => void;
}

/** Reads a directory whole, or throws a DirectoryError. */
export type ReadDirectory = (settings: DirectorySettings, options: ReadOptions) => Promise<Snapshot>;
/** Loads what the database holds about a directory. */
export type LoadCurrent = (directory: string, wanted: Wanted) => Promise<CurrentState>;

/** What a sync of this directory would do now. Throws DirectoryError when it cannot be read whole. */
export async function planDirectory(
  ports: { readonly readDirectory: ReadDirectory; readonly loadCurrent: LoadCurrent },
  settings: DirectorySettings,
  options: ReadOptions & {
    /** Removals that a person has allowed: the guard lets them pass. */
    readonly approved?: Approved;
  } = {},
): Promise<Planned> {
  const snapshot = await ports.readDirectory(settings, options);
  const current = await ports.loadCurrent(settings.name, wantedBy(snapshot, settings));
  const plan = planSync(snapshot, current, settings);
  const { configDigest: before } = current;
  const configChanged = before !== undefined && before !== configDigest(settings);
  const approval = options.approved && { approved: options.approved };
  return { snapshot, plan, verdict: judge(plan, settings, { configChanged, ...approval }) };
}
