import { directoryState } from '../../store/current/directory-state.ts';
import { loadCurrent } from '../../store/current/load-current.ts';
import type { Database } from '../../store/database/database.ts';
import type { PlanPorts, ReadDirectory } from './plan-ports.ts';

/** What planning takes from a database and a directory. */
export function planFrom(db: Database, readDirectory: ReadDirectory): PlanPorts {
  return {
    readDirectory,
    loadCurrent: (...wanted) => loadCurrent(db, ...wanted),
    loadPosition: async directory => (await directoryState(db, directory))?.position,
  };
}
