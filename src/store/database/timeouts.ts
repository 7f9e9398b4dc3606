import type { Pool, PoolClient } from 'pg';

/** How long something may take before it is given up, in milliseconds. */
export interface Bounds {
  /** A statement, by PostgreSQL's clock. */
  readonly statementMs: number;
  /** The wait for a lock that another transaction holds. */
  readonly lockMs: number;
  /** The time a transaction may hold its locks without a statement, as that of a client does that is gone without a word. */
  readonly idleTransactionMs: number;
}

/** More than an answer takes over any network, once PostgreSQL has ended the statement. */
const GRACE_MS = 10_000;

/** The bounds as node-postgres sends them when it connects. */
export function boundOptions({ statementMs, lockMs, idleTransactionMs }: Bounds) {
  return {
    statement_timeout: statementMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: idleTransactionMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/**
 * Ends connections that say nothing for longer than PostgreSQL allows a statement to take. PostgreSQL bounds what it does
 * itself; a server that is frozen, or a network that swallows everything, bounds nothing.
 */
export function endSilent(pool: Pool, { statementMs }: Bounds): void {
  pool.on('connect', client => {
    const ask: unknown = Reflect.get(client, 'query');
    if (typeof ask !== 'function') return;
    // Replaced, because node-postgres has no event for a query that begins, and its query_timeout keeps the connection.
    Reflect.set(client, 'query', (...asked: unknown[]) => {
      const answer: unknown = Reflect.apply(ask, client, asked);
      if (answer instanceof Promise) watch(client, answer, statementMs + GRACE_MS);
      return answer;
    });
  });
}

function watch(client: PoolClient, answer: Promise<unknown>, limitMs: number): void {
  const timer = setTimeout(() => client.connection.stream.destroy(), limitMs);
  timer.unref();
  const clear = () => clearTimeout(timer);
  answer.then(clear, clear);
}

/** What `work` resolves with. Throws when that takes longer than `limitMs`; the work itself goes on then. */
export async function within<Result>(limitMs: number, work: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
