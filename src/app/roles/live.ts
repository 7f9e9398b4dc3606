/** Follows the changes of the directories that set `live`, in the processes with the role worker. */
import { readMarker } from '../../directory/session/change-marker.ts';
import type { AppContext } from '../context.ts';
import { followDirectory } from '../live/follow-directory.ts';
import { alarmsOf } from './alarms.ts';

/** Starts to follow. Disposing the result ends it: the leases are given back. */
export function startLive(context: AppContext): AsyncDisposable {
  const { settings, db, queue, log, timings, owner, servers } = context;
  const alarms = alarmsOf(context);
  const stopping = new AbortController();
  const ports = {
    db,
    log,
    directories: settings.directories,
    owner,
    leaseMs: timings.leaseMs,
    servers,
    readMarker,
    now: () => new Date(),
    enqueueRun: queue.enqueueRun,
    onChanged: alarms.check,
  };
  const followed = settings.directories
    .filter(({ live }) => live !== 'off')
    .map(directory => followDirectory(ports, directory, stopping.signal));
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(followed);
    },
  };
}
