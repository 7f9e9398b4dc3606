/** Runs watched until they are over: by one poller each, however many watch. */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, NotFoundError } from '../errors.ts';
import type { Log } from '../log.ts';
import { addSighting, progressOf, type Sighting } from '../plan/progress.ts';
import type { Progress } from '../run.ts';
import type { Database } from '../store/database.ts';
import { lookAtRun } from '../store/progress.ts';

/** Ends the waiting between two looks. */
export interface Following {
  readonly everyMs: number;
  readonly signal?: AbortSignal;
}

/**
 * How far the run is, now and after every pause, until it is over; that is the last thing told. Any process can do this,
 * the database knows. Throws NotFoundError when there is no such run (any more), and the reason of an aborted signal.
 */
export async function* followRun(
  db: Database,
  id: number,
  { everyMs, signal }: Following,
): AsyncGenerator<Progress> {
  let sightings: Sighting[] = [];
  for (;;) {
    const sighting = await lookAtRun(db, id);
    if (sighting === undefined) throw new NotFoundError(`there is no run ${id}`);
    sightings = addSighting(sightings, sighting);
    yield progressOf(sightings);
    if (sighting.run.finishedAt !== undefined) return;
    await delay(everyMs, undefined, signal && { signal });
  }
}

/** Somebody who watches a run. `end`: it is over, or gone. */
export interface Watcher {
  next(progress: Progress): void;
  end(): void;
}

interface Feed {
  readonly watchers: Set<Watcher>;
  readonly stop: AbortController;
  latest: Progress | undefined;
}

/** Lets any number watch a run through one `follow`; whoever comes later is told at once what was told last. */
export function shareFollowing(
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

/** Resolves when the run is over or gone, or nobody watches any more. A database that is away is asked again later. */
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
      log.warn({ reason: messageOf(error) }, 'the progress of a run cannot be read; it is tried again');
      await delay(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
}
