/** Wakes all followers of the audit in this process. They share one query and one LISTEN connection. */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';

export interface Head extends AsyncDisposable {
  /** The newest known cursor. Read it before a query, and pass it to `moved` if the query found nothing. */
  known(): string | undefined;
  /** Resolves when the newest cursor is another than `since`, or when the signal aborts. */
  moved(since: string | undefined, signal: AbortSignal): Promise<void>;
}

export interface HeadPorts {
  readonly newest: () => Promise<string>;
  /** Calls `ring` at each notification of a commit. */
  readonly listen: (ring: () => void) => AsyncDisposable;
  readonly log: Log;
}

/** The pause between two queries without a notification, for example behind a connection pooler. */
const POLL_MS = 1_000;
/** The first pause after a notification, whose change an older open transaction may still hide. It doubles. */
const RETRY_MS = 10;
/** How long the LISTEN connection stays open without followers. */
const LINGER_MS = 60_000;

/** Queries and listens only while there are followers. */
export function watchHead(ports: HeadPorts): Head {
  const stop = new AbortController();
  const waiting = new Set<() => void>();
  let known: string | undefined;
  let running: Promise<void> | undefined;
  const queryNewest = async () => {
    const found = await ports.newest();
    if (found === known) return;
    known = found;
    for (const wake of waiting) wake();
  };
  const start = () => {
    const isNeeded = () => waiting.size > 0;
    running ??= poll({ ...ports, queryNewest, isNeeded }, stop.signal).finally(() => {
      running = undefined;
    });
  };
  return {
    known: () => known,
    moved(since, signal) {
      if (since !== known || signal.aborted || stop.signal.aborted) return Promise.resolve();
      return new Promise(resolve => {
        const wake = () => {
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener('abort', wake);
        start();
      });
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

interface Polling extends Pick<HeadPorts, 'listen' | 'log'> {
  readonly queryNewest: () => Promise<void>;
  readonly isNeeded: () => boolean;
}

/**
 * Queries at every notification and every POLL_MS. Resolves when it has had no followers for LINGER_MS, or is stopped.
 */
async function poll({ listen, log, queryNewest, isNeeded }: Polling, stop: AbortSignal): Promise<void> {
  let rung = new AbortController();
  await using _listening = listen(() => rung.abort());
  let pauseMs = POLL_MS;
  for (let needed = performance.now(); !stop.aborted && performance.now() - needed < LINGER_MS; ) {
    if (isNeeded()) {
      needed = performance.now();
      await queryNewest().catch(error =>
        log.warn({ reason: messageOf(error) }, 'changes could not be read; will retry'),
      );
    }
    const { signal } = rung;
    await delay(pauseMs, undefined, { signal: AbortSignal.any([signal, stop]) }).catch(() => {});
    pauseMs = signal.aborted ? RETRY_MS : Math.min(pauseMs * 2, POLL_MS);
    if (signal.aborted) rung = new AbortController();
  }
}
