/** Opens a watch: one connection with an open search, and a poll of the change marker that shows whether it still works. */
import { ReadableStream, type ReadableStreamDefaultController } from 'node:stream/web';
import { setTimeout as delay } from 'node:timers/promises';
import { SearchRequest } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Mechanism, WatchEvent } from '../../model/watch.ts';
import type { Connection } from '../connection/connect.ts';
import { onFirstServer, rememberServers, type ServerMemory } from '../connection/failover.ts';
import type { Frame } from '../connection/frames.ts';
import { resultFailure } from '../connection/result-errors.ts';
import { openSearch } from '../connection/wire.ts';
import { firstText } from '../entry/entry.ts';
import { entryId } from '../entry/identity.ts';
import { readRootDse } from '../search/root-dse.ts';
import { presentMarker } from '../session/change-marker.ts';
import { contexts, searchContexts } from '../session/naming-contexts.ts';
import { openSession, type Session } from '../session/session.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { changeTime } from './change-time.ts';
import { changedSince } from './changed-since.ts';
import { chooseMethod, polling } from './choose-method.ts';
import { hintOf, type Places, readPlaces, watchedAttributes } from './hints.ts';
import { createLiveness, type Liveness } from './liveness.ts';
import type { Method, Notice } from './method.ts';

export interface Watch extends Disposable {
  readonly mechanism: Mechanism;
  /** Why the server is polled although it offers a mechanism. */
  readonly because: string | undefined;
  /** All reads of hinted entries use this connection: another one could lead to another server. */
  readonly connection: Connection;
  /** Ends with an error when the connection is lost, or when the server no longer reports changes. */
  readonly events: AsyncIterable<WatchEvent>;
}

export interface WatchOptions {
  readonly signal: AbortSignal;
  readonly servers?: ServerMemory;
  /** How often the change marker is read. */
  readonly pollMs?: number;
}

interface Watching {
  readonly session: Session;
  readonly method: Method;
  readonly places: Places;
  readonly emit: (event: WatchEvent) => void;
  readonly liveness: Liveness;
}

const POLL_MS = 1000;
const LATE_ANSWER_MS = 1000;
const ANSWER_MS = 5000;
/** More waiting events than this are not kept. */
const MAX_WAITING = 5000;

/**
 * Opens a watch on the first server that answers. It begins at the present state. undefined: no server reports changes.
 * @throws DirectoryError as `openSession`
 */
export async function openWatch(
  settings: DirectorySettings,
  { signal, servers = rememberServers(), pollMs = POLL_MS }: WatchOptions,
): Promise<Watch | undefined> {
  return onFirstServer(settings, servers, signal, async server => {
    using stack = new DisposableStack();
    const session = stack.use(await openSession(settings, { server, signal }));
    const method = chooseMethod(session, session.root, settings);
    if (method === undefined) return undefined;
    const places = await readPlaces(session);
    const { emit, fail, events } = eventStream();
    const liveness = createLiveness(session.marker ?? '', marker => method.covers?.(marker));
    const started = await start({ session, method, places, emit, liveness }, fail);
    const stopped = new AbortController();
    const { watching, because } = started;
    poll(watching, pollMs, AbortSignal.any([signal, stopped.signal])).catch(fail);
    const kept = stack.move();
    return {
      mechanism: watching.method.mechanism,
      because,
      connection: session.connection,
      events,
      [Symbol.dispose]: () => {
        stopped.abort();
        kept.dispose();
      },
    };
  });
}

function eventStream() {
  let controller: ReadableStreamDefaultController<WatchEvent> | undefined;
  let isOver = false;
  const events = new ReadableStream<WatchEvent>(
    {
      start: given => {
        controller = given;
      },
      cancel: () => {
        isOver = true;
      },
    },
    { highWaterMark: MAX_WAITING },
  );
  const emit = (event: WatchEvent) => {
    if (isOver || (controller?.desiredSize ?? 0) < 0) return;
    // The last event that fits says that others were dropped.
    const isLast = controller?.desiredSize === 0;
    controller?.enqueue(isLast ? { kind: 'unclear', reason: 'more changes than can be followed' } : event);
  };
  const fail = (error: unknown) => {
    if (!isOver) controller?.error(error);
    isOver = true;
  };
  return { events, emit, fail };
}

/** Begins the open searches. If the server refuses one, it is polled. */
async function start(
  watching: Watching,
  fail: (error: unknown) => void,
): Promise<{ readonly watching: Watching; readonly because: string | undefined }> {
  const { session, method } = watching;
  if (method.controls === undefined) return { watching, because: undefined };
  const refusals: DirectoryError[] = [];
  const searches = [];
  for (const context of contexts(session)) {
    const search = await begin(watching, method.controls, context);
    search.ended.then(
      ({ result }) => refusals.push(resultFailure(result, `The watch of "${context}"`)),
      () => {},
    );
    searches.push(search);
  }
  // A refusal is sent before the answer to a later request.
  await readRootDse(session.connection);
  const [refusal] = refusals;
  if (refusal === undefined) {
    for (const { ended } of searches)
      ended.then(({ result }) => fail(resultFailure(result, 'The watch')), fail);
    return { watching, because: undefined };
  }
  for (const { abandon } of searches) abandon();
  return { watching: { ...watching, method: polling() }, because: refusal.problem };
}

async function begin(watching: Watching, controls: NonNullable<Method['controls']>, context: string) {
  const { session } = watching;
  const own = [...(await controls(session, context))];
  const onMessage = (frame: Frame, operation: number) => {
    watching.liveness.heard(performance.now());
    report(watching, watching.method.readNotice(frame, operation));
  };
  return openSearch(
    session.connection.wire,
    messageId =>
      new SearchRequest({
        messageId,
        baseDN: context,
        scope: 'sub',
        filter: parseFilter('(objectClass=*)'),
        attributes: watchedAttributes(session),
        sizeLimit: 0,
        timeLimit: 0,
        controls: own,
      }),
    onMessage,
  );
}

function report({ places, emit, session }: Watching, notice: Notice | undefined): void {
  const hint = notice && hintOf(places, notice, session.collection.traits);
  if (hint !== undefined) emit({ kind: 'hint', hint, changedAt: changeTime(notice?.changedAt) });
}

/** Reads the change marker periodically until the signal is aborted. */
async function poll(watching: Watching, pollMs: number, signal: AbortSignal): Promise<void> {
  const { method, session, emit, liveness } = watching;
  let searched = session.marker ?? '';
  let isLate = false;
  for (let polls = 1; !signal.aborted; polls += 1) {
    await delay(pollMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const at = performance.now();
    const now = await readMarkerInTime(watching);
    if (now === undefined)
      throw new DirectoryError('interrupted', 'The server no longer has a change marker.');
    if (method.searchEvery === 0) {
      const reportedAt = liveness.check(now, at);
      if (reportedAt !== undefined) emit({ kind: 'current', at: reportedAt });
      else if (isLate) emit({ kind: 'late', reason: 'the server has not reported a change yet' });
      isLate = reportedAt === undefined;
    } else if (polls % method.searchEvery === 0) {
      await searchChanged(watching, searched, now);
      searched = now;
      emit({ kind: 'current', at });
    }
  }
}

async function readMarkerInTime({ session, emit }: Watching): Promise<string | undefined> {
  const { connection, collection, root } = session;
  const reason = 'the server does not answer';
  const timers = [
    setTimeout(() => emit({ kind: 'late', reason }), LATE_ANSWER_MS),
    setTimeout(() => connection[Symbol.dispose](), ANSWER_MS),
  ];
  try {
    return await presentMarker(connection, root, collection.settings);
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

/** Searches the entries that changed between two markers. */
async function searchChanged(watching: Watching, before: string, now: string): Promise<void> {
  if (before === now) return;
  const { session, emit } = watching;
  const { idAttribute, changedAt } = session.collection.traits;
  const filter = changedSince(before, now);
  if (filter === undefined) {
    emit({ kind: 'unclear', reason: 'the change marker does not show which entries changed' });
    return;
  }
  const about = 'for changed entries';
  const search = { filter: parseFilter(filter), attributes: watchedAttributes(session), about };
  await searchContexts(session, session.connection, search, (entry): undefined => {
    const id = entryId(entry, idAttribute);
    report(watching, { entry, id, isDeleted: false, changedAt: firstText(entry, changedAt) });
  });
}
