/** A process that dies at an exact statement: PostgreSQL loses its connections, and new ones fail. */
import { connect, createServer, type Socket } from 'node:net';
import type { Settings } from '../../src/model/settings.ts';
import { closeDatabase, type Database, openDatabase } from '../../src/store/database/database.ts';
import { splitStatements } from '../support/proxies/postgres-wire.ts';
import { listenLocally } from '../support/proxies/tcp-proxy.ts';

export interface Death {
  /** The number of the statement from the call of `arm` on, counted from 1 over all connections. */
  readonly statement: number;
  /** true: PostgreSQL executes it, and the answer is lost. */
  readonly answered: boolean;
}

export interface DoomedDatabase extends AsyncDisposable {
  readonly db: Database;
  /** Counts statements from now on. */
  readonly arm: () => void;
}

/** Opens the database as a process that will die like this. */
export async function doomedDatabase(settings: Settings['database'], death: Death): Promise<DoomedDatabase> {
  const url = new URL(settings.url);
  const target = { host: url.hostname, port: Number(url.port) };
  const sockets = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  const die = () => {
    left = 0;
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer({ noDelay: true }, client => {
    if (left === 0) return void client.destroy();
    const behind = connect({ ...target, noDelay: true });
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    client.on('close', () => behind.destroy());
    behind.on('close', () => client.destroy());
    const statements = splitStatements();
    client.on('data', chunk => {
      for (const { bytes, counts } of statements(chunk)) {
        if (left === 0) return;
        const isLast = counts && --left === 0;
        if (isLast && !death.answered) return die();
        behind.write(bytes);
        if (isLast) behind.removeAllListeners('data').once('data', die);
      }
    });
    behind.on('data', chunk => client.write(chunk));
  });
  url.hostname = '127.0.0.1';
  url.port = String(await listenLocally(server));
  const db = await openDatabase({ ...settings, url: url.href });
  return {
    db,
    arm: () => {
      left = death.statement;
    },
    [Symbol.asyncDispose]: async () => {
      die();
      server.close();
      await closeDatabase(db);
    },
  };
}
