/**
 * The worker thread that renews leases, so that a process with a long computation does not look dead; it stops with its
 * process.
 */
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';
import { LEASED } from '../../model/run-status.ts';
import type { LeaseMessage, LeaseThreadData } from './keep-lease.ts';

/** A lease spans several renewals, so that one slow answer does not lose it. */
const RENEWALS_PER_LEASE = 4;

const port = parentPort;
if (port === null) throw new Error('this file must be started as a worker thread');
const { connectionString, connectTimeoutMs }: LeaseThreadData = workerData;
const timers = new Map<number, NodeJS.Timeout>();
let client: pg.Client | undefined;

port.on('message', (order: LeaseMessage) => {
  if (order.do === 'keep') keep(order);
  if (order.do === 'drop') drop(order.run);
  if (order.do === 'close') void close();
});

function keep({ run, owner, leaseMs, forMs }: Extract<LeaseMessage, { do: 'keep' }>): void {
  const until = performance.now() + forMs + leaseMs;
  const everyMs = leaseMs / RENEWALS_PER_LEASE;
  let idle = true;
  const renew = async () => {
    if (performance.now() > until) return drop(run);
    if (!idle) return;
    idle = false;
    await renewLease(run, owner, leaseMs);
    idle = true;
  };
  timers.set(run, setInterval(renew, everyMs));
}

function drop(run: number): void {
  clearInterval(timers.get(run));
  timers.delete(run);
}

/** A failed renewal is retried with a new connection. The run itself checks whether it still has its lease. */
async function renewLease(run: number, owner: string, leaseMs: number): Promise<void> {
  try {
    client ??= await connect();
    await client.query({
      text: `
        update sync_run set lease_until = now() + $3 * interval '1 millisecond'
        where id = $1 and owner = $2 and status in (${LEASED.map(status => `'${status}'`).join(', ')})`,
      values: [run, owner, leaseMs],
    });
  } catch {
    void client?.end().catch(() => {});
    client = undefined;
  }
}

async function connect(): Promise<pg.Client> {
  const opened = new pg.Client({
    connectionString,
    application_name: 'rollcall lease',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: connectTimeoutMs,
    keepAlive: true,
    lock_timeout: connectTimeoutMs,
    statement_timeout: connectTimeoutMs,
    idle_in_transaction_session_timeout: connectTimeoutMs,
  });
  opened.on('error', () => {
    if (client === opened) client = undefined;
  });
  await opened.connect();
  return opened;
}

async function close(): Promise<void> {
  for (const run of timers.keys()) drop(run);
  await client?.end().catch(() => {});
  port?.close();
}
