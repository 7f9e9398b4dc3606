/**
 * A directory whose people and groups move, are renamed and are created again without a pause, read by one run after
 * the other with pages of two. Length and seed are those of the chaos test.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPrograms } from '../../dev/install/servers.ts';
import { createDatabase, startPostgres } from '../../dev/servers/postgres.ts';
import { type Slapd, startSlapd } from '../../dev/servers/slapd.ts';
import { closeDatabase, openDatabase } from '../../src/store/database/database.ts';
import { migrateUp } from '../../src/store/database/migrate.ts';
import { type Jobs, jobsOver } from '../support/given/company.ts';
import { ldifOf } from '../support/given/installation.ts';
import { rowsOf, uuid } from '../support/given/saved-plan.ts';
import { directory } from '../support/given/values.ts';
import { MOVERS, planMovers } from './movers.ts';

const SECONDS = Number(process.env['ROLLCALL_CHAOS_SECONDS'] ?? 12);
const SEED = process.env['ROLLCALL_CHAOS_SEED'] ?? '1';
const NEVER = { percent: 100, count: 1_000_000 };

const stack = new AsyncDisposableStack();
const movers = planMovers(SEED);
let slapd: Slapd;
let jobs: Jobs;

beforeAll(async () => {
  await installPrograms(console.error);
  const postgres = stack.use(await startPostgres({ durable: false }));
  await createDatabase(postgres, 'app');
  const db = await openDatabase({ url: postgres.urlOf('app'), poolSize: 5 });
  stack.defer(() => closeDatabase(db));
  await migrateUp(db);
  await rowsOf(db, sql`insert into auth_user (username) select unnest(${MOVERS}::text[])`);
  await rowsOf(db, sql`insert into team (slug, name) values ('platform', 'Platform')`);
  slapd = stack.use(await startSlapd({ ldif: ldifOf(movers.entries), baseDn: 'dc=test' }));
  const { url, bindDn, bindPassword } = slapd;
  const guard = { memberRemovals: NEVER, groupMemberRemovals: NEVER, groupRemovals: NEVER, windowMs: 0 };
  jobs = jobsOver(db, directory({ urls: [url], bindDn, bindPassword, pageSize: 2, guard }));
});

afterAll(() => stack.disposeAsync());

/** Members whom a permanent group does not have at present. */
async function missing(): Promise<string[]> {
  const rows = await rowsOf(
    jobs.db,
    sql<{ id: string; members: string[] }>`
      select d.external_id as id, array(select u.username::text from access_group_members m
        join auth_user u on u.id = m.user_id where m.access_group_id = d.access_group_id) as members
      from directory_group d`,
  );
  return Object.entries(movers.members).flatMap(([name, wanted], n) => {
    const members = new Set(rows.find(({ id }) => id === uuid(1001 + n))?.members);
    return wanted.filter(uid => !members.has(uid)).map(uid => `${uid} in ${name}`);
  });
}

async function observeMembers(signal: AbortSignal): Promise<{ observations: number; missed: Set<string> }> {
  const missed = new Set<string>();
  let observations = 0;
  for (; !signal.aborted; observations += 1) {
    for (const one of await missing()) missed.add(one);
    await pause(20);
  }
  return { observations, missed };
}

describe('a directory whose entries move while it is read', () => {
  it(
    'keeps every member whom it names, in every read (G05, G06, G08)',
    async () => {
      await jobs.sync();
      expect(await missing()).toEqual([]);
      const signal = AbortSignal.timeout(SECONDS * 1_000);
      const moving = movers.move(slapd, signal);
      const watching = observeMembers(signal);
      const ends = new Map<string, number>();
      while (!signal.aborted) {
        const { status } = await jobs.sync();
        ends.set(status, (ends.get(status) ?? 0) + 1);
      }
      const changes = await moving;
      const { observations, missed } = await watching;
      const told = [...ends].map(([status, times]) => `${times} ${status}`).join(', ');
      process.stderr.write(
        `rollcall chaos: ${changes} changes, ${observations} observations, runs: ${told}\n`,
      );
      expect([...missed]).toEqual([]);
      expect(await removals()).toEqual([]);
      // Without changes the state is that of the start, and two reads later no doubt is left.
      for (let read = 1; read <= 2; read += 1) await jobs.sync();
      expect(await missing()).toEqual([]);
      expect(changes).toBeGreaterThan(SECONDS * 10);
      expect(ends.get('succeeded') ?? 0).toBeGreaterThan(0);
    },
    (SECONDS + 120) * 1_000,
  );
});

/** Of the permanent members. */
async function removals(): Promise<readonly unknown[]> {
  const lasting = movers.members['whole'] ?? [];
  return rowsOf(
    jobs.db,
    sql`
      select c.username, c.group_name, c.reason, c.run_id from membership_change c
      join directory_group d on d.access_group_id = c.access_group_id
      where c.action = 'remove' and c.username = any(${lasting}::text[])
        and d.external_id = any(${[uuid(1001), uuid(1002)]}::uuid[])`,
  );
}
