/** What `rollcall sync` needs: a way to ask for runs and to watch them, and a worker where there is none. */
import type { Log } from '../log.ts';
import { openQueue } from '../queue/queue.ts';
import type { Progress, Run } from '../run.ts';
import type { Settings } from '../settings.ts';
import { requestRun } from '../store/runs.ts';
import { alarmsOf } from './alarms.ts';
import { followRun } from './following.ts';
import { STEADY } from './pace.ts';
import { openRecords } from './records.ts';
import { startRemoving, startResuming } from './scheduling.ts';
import { startWork } from './work.ts';

/** A person at a terminal: asks for runs and watches them. */
export interface Syncing extends AsyncDisposable {
  request(wish: {
    directory: string;
    group?: string;
    requestedBy: string;
    /** Why a server that is behind the last complete read is to be believed this time. */
    acceptOlder?: string;
  }): Promise<Run>;
  /** How far a run is, until it is over. */
  follow(id: number, everyMs: number): AsyncIterable<Progress>;
}

/** Opens database and queue; with `work`, this process carries the tasks out as well. */
export async function openSyncing(
  settings: Settings,
  log: Log,
  { work }: { work: boolean },
): Promise<Syncing> {
  await using stack = new AsyncDisposableStack();
  const { db } = stack.use(await openRecords(settings));
  const queue = stack.adopt(await openQueue(settings, log), opened => opened.close());
  if (work) {
    const parts = { settings, db, queue, log, pace: STEADY };
    stack.use(await startWork(parts));
    // Nobody else may be there to tell people what this run has shown.
    stack.defer(() => alarmsOf(parts).told());
    // Where nothing but this ever runs, nobody else finds what the last one left when it was killed, or removes old history.
    startResuming(parts, stack);
    startRemoving(parts, stack);
  }
  const kept = stack.move();
  return {
    async request(wish) {
      const { run } = await requestRun(db, { ...wish, trigger: 'manual', mode: 'apply' });
      await queue.enqueueRun(run.id);
      return run;
    },
    follow: (id, everyMs) => followRun(db, id, { everyMs }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
