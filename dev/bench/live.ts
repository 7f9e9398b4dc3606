/**
 * The time from the directory's answer to a write until the database has the change: a service with `live: auto` under
 * a steady load.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { Attribute, Change, Client } from 'ldapts';
import { closeDatabase, type Database, openDatabase } from '../../src/store/database/database.ts';
import { query } from '../../src/store/database/sql.ts';
import type { Organisation } from '../organisation/model/model.ts';
import { cpuMs } from './testbed/cpu.ts';
import { startJsonProcess } from './testbed/processes.ts';
import { freshDatabase, say, settingsOn, startTestbed, type Testbed } from './testbed/testbed.ts';

const RATES = [10, 100];
const SECONDS = 30;
const IDLE_MS = 10_000;
/** So many that a write is applied before the same membership is written again. */
const MAX_MEMBERSHIPS = 2_000;
const TICKS_A_SECOND = 100;

export interface LiveFigures {
  readonly size: Organisation['size'];
  /** Of a core, while nothing changes. */
  readonly idle: number;
  readonly loads: readonly Load[];
}

export interface Load {
  readonly rate: number;
  readonly writes: number;
  /** Runs that applied reported changes, and runs of the whole directory. */
  readonly runs: { readonly hinted: number; readonly whole: number };
  /** Milliseconds from the write to the commit of each write that has a row in the audit, ascending. */
  readonly lags: readonly number[];
  /** CPU milliseconds of the service for each write. */
  readonly cpu: number;
}

/** A member whom the load removes from a group and adds again. */
interface Membership {
  readonly groupId: number;
  readonly userId: number;
  readonly group: string;
  readonly person: string;
}

interface Write {
  readonly membership: Membership;
  readonly action: 'add' | 'remove';
  readonly at: number;
}

export async function measureLive(organisation: Organisation): Promise<LiveFigures> {
  await using stack = new AsyncDisposableStack();
  const testbed = await startTestbed(organisation, stack, { track_commit_timestamp: 'on' });
  const url = await freshDatabase(testbed, 'live');
  const db = stack.adopt(await openDatabase({ url, poolSize: 2 }), closeDatabase);
  const settings = settingsOn(testbed, { url });
  const live = { live: 'auto', liveWindowMs: 250, schedule: '0 0 1 1 *' } as const;
  await using service = startJsonProcess('service.ts');
  service.send({ ...settings, directories: settings.directories.map(each => ({ ...each, ...live })) });
  await service.receive();
  service.send('work');
  await current(db, Date.now());
  // As autovacuum does within a minute. Before, PostgreSQL plans its queries for empty tables.
  await query(db.orm.em.fork(), sql`vacuum analyze`);
  const memberships = await membershipsToChange(db, testbed);
  say(`live, with ${memberships.length} memberships to change`);
  const before = cpuMs(service.pid);
  await delay(IDLE_MS);
  const idle = (cpuMs(service.pid) - before) / IDLE_MS;
  const loads: Load[] = [];
  const out = new Set<Membership>();
  for (const rate of RATES) {
    const load = await measureLoad({ db, testbed, memberships, pid: service.pid, out }, rate);
    say(`${rate}/s: ${load.lags.length} of ${load.writes} writes, ${load.cpu.toFixed(1)} ms of CPU each`);
    loads.push(load);
  }
  return { size: organisation.size, idle, loads };
}

interface LoadContext {
  readonly db: Database;
  readonly testbed: Testbed;
  readonly memberships: readonly Membership[];
  readonly pid: number;
  /** The members who are removed at present. */
  readonly out: Set<Membership>;
}

async function measureLoad(context: LoadContext, rate: number): Promise<Load> {
  const { db, testbed, pid } = context;
  const client = await bound(testbed);
  const cpu = cpuMs(pid);
  const began = Date.now();
  const writes: Promise<Write>[] = [];
  for (let tick = 0; tick < SECONDS * TICKS_A_SECOND; tick += 1) {
    await delay(Math.max(0, began + (tick * 1000) / TICKS_A_SECOND - Date.now()));
    while (writes.length < ((tick + 1) * rate) / TICKS_A_SECOND)
      writes.push(write(client, context, writes.length));
  }
  const done = await Promise.all(writes);
  await current(db, Date.now());
  const used = cpuMs(pid) - cpu;
  await client.unbind();
  const lags = (await lagsOf(db, done, began)).toSorted((one, other) => one - other);
  return { rate, writes: done.length, runs: await runsSince(db, began), lags, cpu: used / done.length };
}

async function write(client: Client, { memberships, out }: LoadContext, index: number): Promise<Write> {
  const membership = memberships[index % memberships.length];
  if (membership === undefined) throw new Error('no group has a member to change');
  const isRemoval = !out.delete(membership);
  if (isRemoval) out.add(membership);
  const modification = new Attribute({ type: 'member', values: [membership.person] });
  const change = new Change({ operation: isRemoval ? 'delete' : 'add', modification });
  await client.modify(membership.group, change);
  return { membership, action: isRemoval ? 'remove' : 'add', at: Date.now() };
}

/** Pairs each row of the audit with the last write before it. Writes that a later one undid before they were applied have none. */
async function lagsOf(db: Database, writes: readonly Write[], since: number): Promise<number[]> {
  const rows = await query(
    db.orm.em.fork(),
    sql<{ group: number; user: number; action: string; at: number }>`
      select access_group_id as "group", user_id as "user", action,
        extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as at
      from membership_change where at >= to_timestamp(${since / 1000}) order by id`,
  );
  const byKey = Map.groupBy(
    writes,
    ({ membership: { groupId, userId }, action }) => `${groupId} ${userId} ${action}`,
  );
  return rows.flatMap(({ group, user, action, at }) => {
    const last = byKey.get(`${group} ${user} ${action}`)?.findLast(write => write.at <= at);
    return last === undefined ? [] : [at - last.at];
  });
}

async function runsSince(db: Database, since: number): Promise<Load['runs']> {
  const [row] = await query(
    db.orm.em.fork(),
    sql<Load['runs']>`
      select (count(*) filter (where trigger = 'change'))::int as hinted, (count(*) filter (where trigger <> 'change'))::int as whole
      from sync_run where started_at >= to_timestamp(${since / 1000})`,
  );
  return row ?? { hinted: 0, whole: 0 };
}

/** One member of each of some groups, whom the group lists by DN. */
async function membershipsToChange(db: Database, testbed: Testbed): Promise<Membership[]> {
  const found = await query(
    db.orm.em.fork(),
    sql<Membership>`
      select distinct on (g.external_id) g.access_group_id as "groupId", u.user_id as "userId", g.dn as "group", u.dn as person
      from directory_group g
        join access_group_members m on m.access_group_id = g.access_group_id
        join directory_user u on u.user_id = m.user_id
      where g.state = 'linked' and (
        select count(*) from access_group_members o where o.access_group_id = g.access_group_id
      ) between 5 and 200
      order by g.external_id, u.user_id`,
  );
  const client = await bound(testbed);
  const listed: Membership[] = [];
  for (const each of found) {
    const filter = '(objectClass=groupOfNames)';
    const { searchEntries } = await client.search(each.group, {
      scope: 'base',
      filter,
      attributes: ['member'],
    });
    const values = [searchEntries[0]?.['member'] ?? []].flat().map(String);
    if (values.includes(each.person)) listed.push(each);
    if (listed.length === MAX_MEMBERSHIPS) break;
  }
  await client.unbind();
  return listed;
}

async function bound({ slapd }: Testbed): Promise<Client> {
  const client = new Client({ url: slapd.url });
  await client.bind(slapd.adminDn, slapd.adminPassword);
  return client;
}

/** Waits until everything that was committed before `at` is applied. */
async function current(db: Database, at: number): Promise<void> {
  for (;;) {
    const [row] = await query(
      db.orm.em.fork(),
      sql<{
        at: number | null;
      }>`select extract(epoch from current_at)::float8 * 1000 as at from directory_watch`,
    );
    if ((row?.at ?? 0) > at) return;
    await delay(100);
  }
}
