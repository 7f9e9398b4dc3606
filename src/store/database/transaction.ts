/** Runs transactions and determines the outcome of a commit whose answer was lost. */
import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { UnavailableError } from '../../errors.ts';
import type { Database } from './database.ts';
import { asUnavailable, isConnectionError, query, queryOne } from './sql.ts';

/** How long to ask for the outcome of a lost COMMIT. A database that restarts is usually back by then. */
const OUTCOME_TIMEOUT_MS = 15_000;
const RETRY_DELAY_MS = 100;

/** The result of the work just before COMMIT, and the transaction's id if it has written anything. */
interface Done<Result> {
  readonly result: Result;
  readonly xid: string | undefined;
}

/**
 * Runs `work` in its own transaction and returns its result after the commit. If the answer to COMMIT is lost, it asks
 * PostgreSQL for the outcome, so that a caller never treats a committed change as failed. Throws what `work` or COMMIT
 * throws, and UnavailableError if the outcome stays unknown.
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
      // Pending changes of entities are written now; otherwise the transaction would seem to have written nothing.
      await em.flush();
      done.push({ result, xid: options.readOnly === true ? undefined : await writerId(em) });
      return result;
    }, options);
  } catch (error) {
    const [unconfirmed] = done;
    if (unconfirmed === undefined || !isConnectionError(error)) throw asUnavailable(error);
    const { result, xid } = unconfirmed;
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

/** Reads without a transaction; each statement sees its own snapshot. Throws UnavailableError as `query` does. */
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

/** undefined: the transaction has written nothing, so the outcome of its commit does not matter. */
async function writerId(em: EntityManager): Promise<string | undefined> {
  const row = await queryOne(
    em,
    sql<{ xid: string | null }>`select pg_current_xact_id_if_assigned()::text as xid`,
  );
  return row?.xid ?? undefined;
}

async function wasCommitted(db: Database, xid: string, cause: unknown): Promise<boolean> {
  for (
    const began = performance.now();
    performance.now() - began < OUTCOME_TIMEOUT_MS;
    await delay(RETRY_DELAY_MS)
  ) {
    const status = await transactionStatus(db, xid);
    if (status === 'committed') return true;
    if (status === 'aborted') return false;
  }
  const what = 'PostgreSQL did not report whether the transaction was committed';
  throw new UnavailableError(`${what}: check the current state before you retry`, { cause });
}

/** `in progress` also if the server has not yet noticed the lost connection. undefined: the server does not answer. */
async function transactionStatus(db: Database, xid: string): Promise<string | undefined> {
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
