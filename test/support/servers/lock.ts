/** A database lock that a test holds to stop other transactions at an exact point. */
import { Client } from 'pg';
import { until } from '../observe/until.ts';

/** A lock that a test holds, so that the transaction under test stops at an exact point. */
export interface HeldLock extends AsyncDisposable {
  /** Resolves when another transaction waits for it. */
  isWaitedFor(): Promise<void>;
  /** Runs another statement in the same transaction. */
  run(statement: string): Promise<unknown>;
  /** Rolls the statement back and releases the lock. */
  release(): Promise<void>;
  /** Commits the statement and releases the lock. */
  commit(): Promise<void>;
}

/** Takes the lock by `statement`, in its own transaction. */
export async function holdLock(databaseUrl: string, statement: string): Promise<HeldLock> {
  const client = new Client({ connectionString: databaseUrl });
  // A restart of the server ends the connection and the lock; that is not an error of the test.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`begin; ${statement}`);
  const waiting = 'select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))';
  let released: Promise<void> | undefined;
  const release = () => (released ??= client.end());
  return {
    isWaitedFor: async () => {
      await until(
        'a transaction waits for the lock',
        async () => ((await client.query(waiting)).rowCount ?? 0) > 0,
      );
    },
    run: more => client.query(more),
    release,
    commit: async () => {
      await client.query('commit');
      await release();
    },
    [Symbol.asyncDispose]: release,
  };
}
