/** A proxy between Rollcall and PostgreSQL that loses an answer, or blocks everything from a statement on. */
import type { Settings } from '../../../src/model/settings.ts';
import { type Protocol, startMessageProxy } from './message-proxy.ts';
import { splitStatements } from './postgres-wire.ts';

/**
 * `loseCommit`: PostgreSQL executes the n-th COMMIT, but the connection breaks instead of delivering the answer.
 * `freeze`: the n-th statement and everything after it, on all connections, is dropped without closing any connection.
 */
export interface ProxyFault {
  readonly is: 'loseCommit' | 'freeze';
  /** Counted from 1, over all connections, since the call of `arm`. */
  readonly at: number;
}

export interface PostgresProxy extends AsyncDisposable {
  readonly settings: Settings['database'];
  /** Counts statements from now on and resets `struck`. */
  arm(fault: ProxyFault): void;
  /** Whether the fault has occurred. */
  struck(): boolean;
}

const POSTGRES: Protocol = {
  client: splitStatements,
  server: () => bytes => [{ bytes, counts: true }],
};

/** Listens on a free port in front of the database. */
export async function startPostgresProxy(settings: Settings['database']): Promise<PostgresProxy> {
  const url = new URL(settings.url);
  const proxy = await startMessageProxy({ host: url.hostname, port: Number(url.port) }, POSTGRES);
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  return {
    ...proxy,
    settings: { ...settings, url: url.href },
    arm({ is, at }) {
      if (is === 'freeze') proxy.arm({ from: 'client', how: 'freezeAll', at });
      else proxy.arm({ from: 'client', how: 'loseAnswer', at, which: isCommit });
    },
  };
}

function isCommit(bytes: Buffer): boolean {
  return bytes.length < 100 && /commit/i.test(bytes.toString('latin1'));
}
