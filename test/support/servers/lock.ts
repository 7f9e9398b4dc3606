import { Client } from 'pg';
import { until } from '../observe/until.ts';

/** A lock that a test holds, so that what it is about stands still at an exact moment. */
export interface HeldLock extends AsyncDisposable {
  /** Resolves when somebody waits for it. */
  isWaitedFor(): Promise<void>;
  /** Lets go and takes the statement back. */
  release(): Promise<void>;
  /** Lets go and lets the statement stand. */
  commit(): Promise<void>;
}

/** Takes the lock by `statement`, in a transaction of its own. */
export async function holdLock(databaseUrl: string, statement: string): Promise<HeldLock> {
  const client = new Client({ connectionString: databaseUrl });
  // The server may be restarted while we hold it; then the lock is gone, too.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`begin; ${statement}`);
  const waiting = 'select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))';
  let released: Promise<void> | undefined;
  const release = () => (released ??= client.end());
  return {
    isWaitedFor: async () => {
      await until(
        'somebody waits for the lock',
        async () => ((await client.query(waiting)).rowCount ?? 0) > 0,
      );
    },
    release,
    commit: async () => {
      await client.query('commit');
      await release();
    },
    [Symbol.asyncDispose]: release,
  };
}
