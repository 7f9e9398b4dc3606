/** Follows the changes of the directories that set `live`, in the processes with the role worker. */
import { readMarker } from '../../directory/session/change-marker.ts';
import type { DirectorySettings, Settings } from '../../model/settings.ts';
import type { AppContext } from '../context.ts';
import { followDirectory } from '../live/follow-directory.ts';
import { keepLeases, type LeaseKeeper } from '../live/keep-leases.ts';
import { alarmsOf } from './alarms.ts';

/** Starts to follow, also after each reload of the configuration. Disposing the result ends it: the leases are given back. */
export function startLive(context: AppContext): AsyncDisposable {
  const { current, db, owner, timings } = context;
  const leases = keepLeases({ db, owner, leaseMs: timings.leaseMs });
  const watches = new Map<string, FollowedDirectory>();
  const follow = async ({ directories }: Settings) => {
    const wanted = new Map(
      directories.filter(({ live }) => live !== 'off').map(each => [JSON.stringify(each), each]),
    );
    const ended = [...watches].filter(([key]) => !wanted.has(key));
    await Promise.all(ended.map(([, watch]) => watch.stop()));
    for (const [key] of ended) watches.delete(key);
    for (const [key, directory] of wanted)
      if (!watches.has(key)) watches.set(key, startFollowing(context, leases, directory));
  };
  void follow(current.settings);
  const following = current.follow(follow);
  return {
    async [Symbol.asyncDispose]() {
      following[Symbol.dispose]();
      await Promise.all([...watches.values()].map(watch => watch.stop()));
    },
  };
}

interface FollowedDirectory {
  stop(): Promise<void>;
}

/** Follows one directory with settings that do not change: a run sees only those that it began with. */
function startFollowing(
  context: AppContext,
  leases: LeaseKeeper,
  directory: DirectorySettings,
): FollowedDirectory {
  const { current, db, queue, log, timings, owner, servers } = context;
  const stopping = new AbortController();
  const ports = {
    db,
    log,
    directories: current.settings.directories,
    owner,
    leaseMs: timings.leaseMs,
    leases,
    servers,
    readMarker,
    now: () => new Date(),
    enqueueRun: queue.enqueueRun,
    onChanged: alarmsOf(context).check,
  };
  const ended = followDirectory(ports, directory, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
