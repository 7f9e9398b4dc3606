/** Follows the changes of one directory while this process has the lease of its watch. */
import { setTimeout as delay } from 'node:timers/promises';
import { openWatch, type Watch } from '../../directory/watch/open-watch.ts';
import { messageOf } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { releaseWatch, takeWatch } from '../../store/watch/lease.ts';
import { type Following, type FollowPorts, startFollowing } from './following.ts';
import { noteEvents } from './note-events.ts';
import { workOnHints } from './work-on-hints.ts';

const TAKE_EVERY_MS = 5_000;
const FIRST_PAUSE_MS = 1_000;
/** Short, because changes are not followed during the pause. */
const LONGEST_PAUSE_MS = 10_000;
const NO_MARKER_PAUSE_MS = 60_000;
/** A watch that lasted this long is not a repeated failure. */
const LASTING_MS = 60_000;

/** Follows until the signal is aborted. A failure of the directory or of the database is recorded, and tried again. */
export async function followDirectory(
  ports: FollowPorts,
  settings: DirectorySettings,
  signal: AbortSignal,
): Promise<void> {
  const { db, log, leases } = ports;
  const { lease } = leases;
  while (!signal.aborted) {
    try {
      if (await takeWatch(db, settings.name, lease)) {
        await followWithLease(startFollowing(ports, settings), signal);
        await releaseWatch(db, settings.name, lease);
      }
    } catch (error) {
      log.warn(
        { directory: settings.name, reason: messageOf(error) },
        'changes are not followed; will retry',
      );
    }
    await pause(TAKE_EVERY_MS * (0.5 + Math.random() / 2), signal);
  }
}

/** Follows until the signal is aborted or the lease is lost. Throws if the lease cannot be renewed. */
async function followWithLease(following: Following, outer: AbortSignal): Promise<void> {
  const lost = new AbortController();
  const signal = AbortSignal.any([outer, lost.signal]);
  // A run may still wait for the database when the lease is lost. Both promises are awaited, so that no rejection is unhandled.
  const [kept] = await Promise.allSettled(
    [following.ports.leases.keep(following, signal), followRepeatedly(following, signal)].map(ended =>
      ended.finally(() => lost.abort()),
    ),
  );
  if (kept?.status === 'rejected') throw kept.reason;
}

async function followRepeatedly(following: Following, signal: AbortSignal): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const began = performance.now();
    await followOnce(following, signal);
    if (performance.now() - began > LASTING_MS) pauseMs = FIRST_PAUSE_MS;
    // The pause is random, so that the processes do not all reconnect to a server at the same time.
    await pause(pauseMs * (0.5 + Math.random() / 2), signal);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}

/** Opens the watch and works until it ends. The reason is recorded. */
async function followOnce(following: Following, signal: AbortSignal): Promise<void> {
  const { ports, settings, state } = following;
  try {
    using watch = await openWatch(settings, { signal, servers: ports.servers });
    state.because = watch?.because;
    state.problem = state.because;
    if (watch === undefined) {
      state.problem = 'the server has no change marker';
      await pause(NO_MARKER_PAUSE_MS, signal);
      return;
    }
    state.mechanism = watch.mechanism;
    state.server = watch.connection.url;
    const { mechanism, server } = state;
    ports.log.info({ directory: settings.name, mechanism, server }, 'changes are followed');
    await followWatch(following, watch, signal);
  } catch (error) {
    if (signal.aborted) return;
    if (state.mechanism !== undefined) state.reopened += 1;
    state.problem = messageOf(error);
    ports.log.warn({ directory: settings.name, reason: state.problem }, 'the watch ended; will reopen it');
  } finally {
    state.mechanism = undefined;
  }
}

async function followWatch(following: Following, watch: Watch, outer: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const signal = AbortSignal.any([outer, ended.signal]);
  // What changed before the watch began was not reported.
  following.waiting.whole = 'the watch began';
  signal.addEventListener('abort', () => following.wake(), { once: true });
  const work = workOnHints(following, watch, signal);
  try {
    await Promise.race([noteEvents(following, watch), work]);
  } finally {
    ended.abort();
    await work.catch(() => {});
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}
