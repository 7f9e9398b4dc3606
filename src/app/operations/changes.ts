/** Follows membership changes for the API. */
import { RefusedError } from '../../errors.ts';
import type { ChangeOperations, ChangePage } from '../../model/operations/changes.ts';
import { changesAfter, isCursorLost, newestCursor } from '../../store/audit/changes.ts';
import type { Database } from '../../store/database/database.ts';
import type { Head } from './watch-head.ts';

/** The changes of one page of `follow`. */
const PAGE_SIZE = 500;

export interface ChangePorts {
  readonly db: Database;
  /** The newest cursor, which wakes callers that wait for changes. */
  readonly head: Head;
  /** How long retention keeps the audit; undefined: without limit. */
  readonly auditMs: () => number | undefined;
}

/** The operations of the API on the stream of membership changes. */
export function changesOf(ports: ChangePorts): ChangeOperations {
  return {
    begin: after => begin(ports, after),
    async page({ after, limit, waitMs, signal }) {
      const from = await begin(ports, after);
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
      for (;;) {
        const known = ports.head.known();
        const items = await changesAfter(ports.db, from, limit);
        if (items.length > 0 || waitMs === 0 || timeout.aborted) return pageOf(items, from);
        await ports.head.moved(known, timeout);
      }
    },
    follow: (after, signal) => follow(ports, after, signal),
  };
}

async function begin({ db, auditMs }: ChangePorts, after: string): Promise<string> {
  if (after === 'now') return newestCursor(db);
  if (!(await isCursorLost(db, after, auditMs()))) return after;
  throw new RefusedError(
    'cursor_expired',
    'changes after this cursor may be missing, because retention removed them or the database was restored: ' +
      'ask with after=now, load everything again, and continue from that cursor',
  );
}

async function* follow(
  { db, head }: ChangePorts,
  after: string,
  signal: AbortSignal,
): AsyncGenerator<ChangePage> {
  let from = after;
  while (!signal.aborted) {
    const known = head.known();
    const page = pageOf(await changesAfter(db, from, PAGE_SIZE), from);
    if (page.items.length === 0) await head.moved(known, signal);
    else yield page;
    from = page.next;
  }
}

function pageOf(items: ChangePage['items'], from: string): ChangePage {
  return { items, next: items.at(-1)?.cursor ?? from };
}
