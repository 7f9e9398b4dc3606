/** Time limits for statements, locks, transactions and silent connections. */
import type { Pool, PoolClient } from 'pg';

/** Time limits in milliseconds. */
export interface Timeouts {
  /** The duration of a statement, measured by PostgreSQL. */
  readonly statementMs: number;
  /** The wait for a lock that another transaction holds. */
  readonly lockMs: number;
  /**
   * The time that a transaction may hold its locks without running a statement, as happens when its client disappears.
   */
  readonly idleTransactionMs: number;
}

/** Longer than an answer needs on any network after PostgreSQL has cancelled the statement. */
const GRACE_MS = 10_000;

/** The limits as connection options of node-postgres. */
export function timeoutOptions({ statementMs, lockMs, idleTransactionMs }: Timeouts) {
  return {
    statement_timeout: statementMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: idleTransactionMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/**
 * Closes connections that do not answer within the statement timeout and a grace period. PostgreSQL enforces its own
 * timeouts, but not if the server is frozen or the network drops all packets.
 */
export function closeSilentConnections(pool: Pool, { statementMs }: Timeouts): void {
  pool.on('connect', client => {
    const ask: unknown = Reflect.get(client, 'query');
    if (typeof ask !== 'function') return;
    // The method is replaced because node-postgres has no event for the start of a query, and its query_timeout keeps
    // the connection open.
    Reflect.set(client, 'query', (...asked: unknown[]) => {
      const answer: unknown = Reflect.apply(ask, client, asked);
      if (answer instanceof Promise) closeIfSilent(client, answer, statementMs + GRACE_MS);
      return answer;
    });
  });
}

function closeIfSilent(client: PoolClient, answer: Promise<unknown>, limitMs: number): void {
  const timer = setTimeout(() => client.connection.stream.destroy(), limitMs);
  timer.unref();
  const clear = () => clearTimeout(timer);
  answer.then(clear, clear);
}

/** Resolves as `work` does. Throws if that takes longer than `limitMs`; the work itself is not cancelled. */
export async function withTimeout<Result>(limitMs: number, work: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
