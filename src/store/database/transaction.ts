import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { UnavailableError } from '../../errors.ts';
import type { Database } from './database.ts';
import { asUnavailable, isConnectionError, query, queryOne } from './sql.ts';

/** How long the outcome of a lost COMMIT is asked for: a database that restarts is back by then. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 100;

/** The result of the work, once nothing but COMMIT is left, and the transaction's id where it has written anything. */
interface Done<Result> {
  readonly result: Result;
  readonly xid: string | undefined;
}

/**
 * Does `work` in a transaction of its own and returns its result once it is committed. Where the answer to COMMIT is
 * lost, PostgreSQL is asked what became of the transaction, so that a caller never takes for undone what was done.
 * Throws what `work` or COMMIT throws, and UnavailableError when the outcome stays unknown.
 */
export async function transact<Result>(
  db: Database,
  work: (em: EntityManager) => Promise<Result>,
  options: { readonly isolationLevel?: 'repeatable read'; readonly readOnly?: boolean } = {},
): Promise<Result> {
  const done: Done<Result>[] = [];
  try {
    return await db.orm.em.fork().transactional(async em => {
      const result = await work(em);
      // What entities have changed is written now, or a transaction that has still to write would pass for one that has nothing to.
      await em.flush();
      done.push({ result, xid: await writerId(em) });
      return result;
    }, options);
  } catch (error) {
    const [doubtful] = done;
    if (doubtful === undefined || !isConnectionError(error)) throw asUnavailable(error);
    const { result, xid } = doubtful;
    if (xid === undefined || (await wasCommitted(db, xid, error))) return result;
    throw asUnavailable(error);
  }
}

/** As transact, for a single statement. */
export function execute<Row>(
  db: Database,
  statement: Parameters<typeof query<Row>>[1],
): Promise<readonly Row[]> {
  return transact(db, em => query(em, statement));
}

/** What is read without a transaction, each statement for itself. Throws UnavailableError as `query` does. */
export async function readFrom<Result>(
  db: Database,
  read: (em: EntityManager) => Promise<Result>,
): Promise<Result> {
  try {
    return await read(db.orm.em.fork());
  } catch (error) {
    throw asUnavailable(error);
  }
}

/** undefined: the transaction has written nothing, so it does not matter whether it was committed. */
async function writerId(em: EntityManager): Promise<string | undefined> {
  const row = await queryOne(
    em,
    sql<{ xid: string | null }>`select pg_current_xact_id_if_assigned()::text as xid`,
  );
  return row?.xid ?? undefined;
}

async function wasCommitted(db: Database, xid: string, cause: unknown): Promise<boolean> {
  for (const began = performance.now(); performance.now() - began < PATIENCE_MS; await delay(PAUSE_MS)) {
    const status = await statusOf(db, xid);
    if (status === 'committed') return true;
    if (status === 'aborted') return false;
  }
  const what = 'PostgreSQL does not say whether it has done what it was asked';
  throw new UnavailableError(`${what}: look at the state of things before you ask again`, { cause });
}

/** `in progress` also while the server has not noticed yet that the client is gone; undefined: it does not answer. */
async function statusOf(db: Database, xid: string): Promise<string | undefined> {
  try {
    const row = await queryOne(
      db.orm.em.fork(),
      sql<{ status: string | null }>`select pg_xact_status(${xid}::xid8) as status`,
    );
    return row?.status ?? undefined;
  } catch (error) {
    if (isConnectionError(error)) return undefined;
    throw error;
  }
}
