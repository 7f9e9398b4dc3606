/** A proxy between Rollcall and PostgreSQL that loses an answer, or blocks everything from a statement on. */
import { connect, createServer, type Socket } from 'node:net';
import type { Settings } from '../../../src/model/settings.ts';
import { splitStatements } from './postgres-wire.ts';
import { listenLocally } from './tcp-proxy.ts';

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

interface State {
  fault: ProxyFault | undefined;
  left: number;
  struck: boolean;
  frozen: boolean;
}

/** Listens on a free port in front of the database. */
export async function startPostgresProxy(settings: Settings['database']): Promise<PostgresProxy> {
  const url = new URL(settings.url);
  const target = { host: url.hostname, port: Number(url.port) };
  const sockets = new Set<Socket>();
  const state: State = { fault: undefined, left: 0, struck: false, frozen: false };
  const server = createServer({ noDelay: true, allowHalfOpen: true }, client => {
    const behind = connect({ ...target, noDelay: true });
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    join(client, behind, state);
  });
  url.hostname = '127.0.0.1';
  url.port = String(await listenLocally(server));
  return {
    settings: { ...settings, url: url.href },
    arm(fault) {
      Object.assign(state, { fault, left: fault.at, struck: false });
    },
    struck: () => state.struck,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function join(client: Socket, behind: Socket, state: State): void {
  const statements = splitStatements();
  let losing = false;
  client.on('data', chunk => {
    for (const { bytes, isStatement } of statements(chunk)) {
      if (isStatement && counts(bytes, state)) strike(state);
      if (state.frozen) return;
      losing ||= state.struck && state.left === 0 && state.fault?.is === 'loseCommit' && isCommit(bytes);
      if (losing) state.left = -1;
      behind.write(bytes);
    }
  });
  behind.on('data', chunk => {
    if (state.frozen) return;
    if (losing) client.resetAndDestroy();
    else client.write(chunk);
  });
  client.on('close', () => !state.frozen && behind.destroy());
  behind.on('close', () => !state.frozen && client.destroy());
}

function counts(bytes: Buffer, { fault, struck }: State): boolean {
  return fault !== undefined && !struck && (fault.is === 'freeze' || isCommit(bytes));
}

function strike(state: State): void {
  state.left -= 1;
  if (state.left > 0) return;
  state.struck = true;
  state.frozen = state.fault?.is === 'freeze';
}

function isCommit(bytes: Buffer): boolean {
  return bytes.length < 100 && /commit/i.test(bytes.toString('latin1'));
}
