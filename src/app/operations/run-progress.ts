/** Follows runs until they end. All watchers of a run share one poller. */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, NotFoundError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Progress, Watcher } from '../../model/run.ts';
import { addObservation, type Observation, progressOf } from '../../plan/report/progress.ts';
import type { Database } from '../../store/database/database.ts';
import { loadProgress } from '../../store/runs/progress.ts';

const LONGEST_PAUSE_MS = 2_000;

/** `signal` aborts the pause between two queries. */
export interface FollowOptions {
  readonly everyMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Yields the progress of a run, now and after every pause; the last item is the ended run. Works in any process,
 * because the progress is in the database. Throws NotFoundError if the run does not exist, and the abort
 * reason.
 */
export async function* followRun(
  db: Database,
  id: number,
  { everyMs, signal }: FollowOptions,
): AsyncGenerator<Progress> {
  let observations: Observation[] = [];
  for (;;) {
    const began = performance.now();
    const observation = await loadProgress(db, id);
    if (observation === undefined) throw new NotFoundError(`run ${id} does not exist`);
    observations = addObservation(observations, observation);
    yield progressOf(observations);
    if (observation.run.finishedAt !== undefined) return;
    await delay(Math.max(everyMs, pauseAfter(performance.now() - began)), undefined, signal && { signal });
  }
}

/** Counting the rows of a large run takes a while, so watchers take at most a tenth of the time of a connection. */
function pauseAfter(queryMs: number): number {
  return Math.min(9 * queryMs, LONGEST_PAUSE_MS);
}

interface Feed {
  readonly watchers: Set<Watcher>;
  readonly stop: AbortController;
  latest: Progress | undefined;
}

/** Shares one `follow` between all watchers of a run. A later watcher immediately gets the latest progress. */
export function shareProgress(
  follow: (run: number, signal: AbortSignal) => AsyncIterable<Progress>,
  log: Log,
): (run: number, watcher: Watcher) => () => void {
  const feeds = new Map<number, Feed>();
  const start = (run: number): Feed => {
    const feed: Feed = { watchers: new Set(), stop: new AbortController(), latest: undefined };
    feeds.set(run, feed);
    void pump(feed, signal => follow(run, signal), log.child({ run })).finally(() => {
      if (feeds.get(run) === feed) feeds.delete(run);
      for (const watcher of feed.watchers) watcher.end();
    });
    return feed;
  };
  return (run, watcher) => {
    const feed = feeds.get(run) ?? start(run);
    feed.watchers.add(watcher);
    if (feed.latest !== undefined) watcher.next(feed.latest);
    return () => {
      feed.watchers.delete(watcher);
      if (feed.watchers.size > 0) return;
      feed.stop.abort();
      if (feeds.get(run) === feed) feeds.delete(run);
    };
  };
}

const RETRY_MS = 5_000;

/** Resolves when the run has ended or was deleted, or has no watchers. Retries while the database is unavailable. */
async function pump(
  feed: Feed,
  follow: (signal: AbortSignal) => AsyncIterable<Progress>,
  log: Log,
): Promise<void> {
  const { signal } = feed.stop;
  while (!signal.aborted) {
    try {
      for await (const progress of follow(signal)) {
        feed.latest = progress;
        for (const watcher of feed.watchers) watcher.next(progress);
      }
      return;
    } catch (error) {
      if (signal.aborted || error instanceof NotFoundError) return;
      log.warn({ reason: messageOf(error) }, 'the progress of the run could not be read; will retry');
      await delay(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
}
