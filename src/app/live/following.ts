/** What one process knows about the directory that it follows. */
import type { ServerMemory } from '../../directory/connection/failover.ts';
import { noHints, type WaitingHints } from '../../jobs/live/waiting-hints.ts';
import type { SyncPorts } from '../../jobs/sync-directory.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Mechanism } from '../../model/watch.ts';
import type { LeaseKeeper } from './keep-leases.ts';

export interface FollowPorts extends Omit<SyncPorts, 'readDirectory' | 'enqueueBatches'> {
  readonly servers: ServerMemory;
  readonly leases: LeaseKeeper;
  readonly enqueueRun: (run: number) => Promise<void>;
  /** Called after runs that changed something. */
  readonly onChanged: () => Promise<void>;
}

export interface Following {
  readonly ports: FollowPorts;
  readonly settings: DirectorySettings;
  readonly waiting: WaitingHints;
  readonly state: {
    mechanism: Mechanism | undefined;
    server: string | undefined;
    problem: string | undefined;
    /** Why the watch is only a poll. It is the problem unless there is another one. */
    because: string | undefined;
    /** Everything that the directory committed before this time is applied or held. A time of `performance.now`. */
    currentAt: number | undefined;
    /** Everything that the directory committed before this time was reported. */
    reportedAt: number | undefined;
    /** Counted since the last record: reported changes, and watches that ended with an error. */
    reported: number;
    reopened: number;
    /** A run works on hints. */
    isBusy: boolean;
    /** The run of the whole directory that must end before the state can be current. */
    wholeRun: number | undefined;
  };
  /** Ends the wait of `woken`. */
  wake: () => void;
}

export function startFollowing(ports: FollowPorts, settings: DirectorySettings): Following {
  const state = {
    mechanism: undefined,
    server: undefined,
    problem: undefined,
    because: undefined,
    currentAt: undefined,
    reportedAt: undefined,
    reported: 0,
    reopened: 0,
    isBusy: false,
    wholeRun: undefined,
  };
  return { ports, settings, waiting: noHints(), state, wake: () => {} };
}

/** Waits for `wake`, but not longer than `ms` if that is given. */
export function woken(following: Following, ms: number | undefined): Promise<void> {
  return new Promise(resolve => {
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
    following.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** Whether everything that was reported is applied or held. */
export function isSettled({ waiting, state }: Following): boolean {
  return waiting.hints.size === 0 && waiting.whole === undefined && state.wholeRun === undefined;
}
