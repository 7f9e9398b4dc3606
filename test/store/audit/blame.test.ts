/** Errors of a single row, locks of other transactions, and a read-only database: which rows fail, and which do not. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../src/errors.ts';
import { auditDrift } from '../../../src/store/audit/drift.ts';
import {
  closeDatabase,
  type Database,
  openDatabase,
  writeObstacle,
} from '../../../src/store/database/database.ts';
import { freezeGroup } from '../../../src/store/ownership/freeze.ts';
import { reconcileBatch } from '../../../src/store/reconcile/reconcile-batch.ts';
import { completeRun } from '../../../src/store/runs/finish.ts';
import { staleWork } from '../../../src/store/runs/lease.ts';
import { requestRun, runGroups } from '../../../src/store/runs/request.ts';
import {
  creation,
  ids,
  membersByGroup,
  planOf,
  rowsOf,
  saveRun,
  seed,
  sync,
} from '../../support/given/saved-plan.ts';
import { type FreshDatabase, freshDatabase } from '../../support/servers/database.ts';

const ACT = { by: 'ada', reason: 'test' };
/** Error codes that a single row can cause, raised by a trigger of the application or by PostgreSQL. */
const CODES = [
  'P0001',
  '42501',
  '22012',
  '23514',
  'XX000',
  '0A000',
  '54000',
  '21000',
  'F0001',
  'HV000',
  'AB123',
];

/** Makes the application refuse every new member of group2. */
async function refuse(db: Database, code: string): Promise<void> {
  await rowsOf(
    db,
    sql.raw(`
      create or replace function refuse() returns trigger language plpgsql as $$
      begin
        if (select name from access_group where id = new.access_group_id) = 'group2' then
          raise exception 'not in this group' using errcode = '${code}';
        end if;
        return new;
      end $$;`),
  );
  await rowsOf(
    db,
    sql`create or replace trigger refuse before insert on access_group_members for each row execute function refuse()`,
  );
}

async function withBounds(fresh: FreshDatabase, bounds: object): Promise<Database & AsyncDisposable> {
  const db = await openDatabase({ ...fresh.settings, ...bounds });
  return { ...db, [Symbol.asyncDispose]: () => closeDatabase(db) };
}

/** Locks what `lock` selects, until the returned function is called. */
async function hold(db: Database, lock: ReturnType<typeof sql>): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const transaction = db.orm.em.fork().transactional(async em => {
    await lock.execute(em.getKysely());
    held.resolve();
    await go.promise;
  });
  await held.promise;
  return async () => {
    go.resolve();
    await transaction;
  };
}

describe('a row that PostgreSQL refuses', () => {
  it.each(CODES)('with %s fails by name, and all others of its batch are applied (G31)', async code => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await refuse(fresh.db, code);
    const { id } = await saveRun(fresh.db, planOf([1, 2, 3, 4].map(n => creation(n, ids(1)))));
    expect(await reconcileBatch(fresh.db, id, 0)).toMatchObject({ groups: 3, failed: 1 });
    expect(await completeRun(fresh.db, id)).toMatchObject({ status: 'partial' });
    expect((await runGroups(fresh.db, id)).filter(row => row.outcome === 'failed')).toMatchObject([
      { name: 'group2', error: 'red/group2: not in this group' },
    ]);
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1], group3: [1], group4: [1] });
  });

  it('with a lock of another transaction is left for a retry, and all others are applied (G31)', async () => {
    await using fresh = await freshDatabase();
    await using db = await withBounds(fresh, { lockTimeoutMs: 200 });
    await seed(fresh.db, 2);
    await sync(fresh.db, planOf([1, 2, 3].map(n => creation(n, ids(1)))));
    const plan = planOf(
      [1, 2, 3].map(n => ({
        ...creation(n, ids(1, 2)),
        kind: 'update' as const,
        accessGroupId: n,
        add: ids(2),
      })),
    );
    const { id } = await saveRun(fresh.db, plan);
    const release = await hold(fresh.db, sql`select from access_group where id = 2 for update`);
    await expect(reconcileBatch(db, id, 0)).rejects.toThrow(UnavailableError);
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 2], group2: [1], group3: [1, 2] });
    await release();
    expect(await reconcileBatch(db, id, 0)).toMatchObject({ groups: 1, failed: 0 });
    expect(await completeRun(fresh.db, id)).toMatchObject({ status: 'succeeded' });
  });
});

describe('a silent client that holds locks', () => {
  it('is ended by PostgreSQL, so that an emergency freeze goes through (G21)', async () => {
    await using fresh = await freshDatabase();
    await using silent = await withBounds(fresh, { idleTransactionTimeoutMs: 500 });
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids(1))]));
    const release = await hold(silent, sql`select from access_group where id = 1 for update`);
    await freezeGroup(fresh.db, 1, ACT);
    await expect(release()).rejects.toThrow();
    expect(await rowsOf(fresh.db, sql`select frozen_by from directory_group`)).toEqual([
      { frozen_by: 'ada' },
    ]);
  });

  it('does not block the recovery of other directories (G21)', async () => {
    await using fresh = await freshDatabase();
    await using db = await withBounds(fresh, { lockTimeoutMs: 500 });
    await seed(fresh.db, 1);
    const { id } = await saveRun(fresh.db, planOf([creation(1, ids(1))]));
    const other = await requestRun(fresh.db, { directory: 'other', trigger: 'manual', mode: 'apply' });
    await rowsOf(fresh.db, sql`update sync_run set looked_at = now() - interval '1 hour'`);
    const release = await hold(fresh.db, sql`select from sync_run where id = ${id} for share`);
    expect(await staleWork(db, { olderThanMs: 60_000 })).toEqual({ queued: [other.run.id], batches: [] });
    await release();
    expect(await staleWork(db, { olderThanMs: 60_000 })).toEqual({
      queued: [],
      batches: [{ run: id, batch: 0 }],
    });
  });

  it('cannot be one of our own connections (G21)', async () => {
    await using fresh = await freshDatabase();
    const names = ['idle_in_transaction_session_timeout', 'lock_timeout', 'statement_timeout'];
    const rows = await rowsOf(
      fresh.db,
      sql<{ name: string; setting: string }>`
        select name, setting from pg_settings where name = any(${names}::text[]) order by name`,
    );
    expect(rows.map(row => row.setting)).toEqual(['30000', '45000', '120000']);
  });
});

describe('a read-only database', () => {
  it('is reported as unavailable for a write, and as not writable on a check (G33)', async () => {
    await using fresh = await freshDatabase();
    expect(await writeObstacle(fresh.db)).toBeUndefined();
    await rowsOf(
      fresh.db,
      sql.raw(
        `alter database ${new URL(fresh.settings.url).pathname.slice(1)} set default_transaction_read_only = on`,
      ),
    );
    await using db = await withBounds(fresh, {});
    expect(await writeObstacle(db)).toBe('read_only');
    const request = requestRun(db, { directory: 'corp', trigger: 'manual', mode: 'apply' });
    await expect(request).rejects.toThrow(UnavailableError);
    await expect(request).rejects.toThrow(/PostgreSQL is read-only/);
  });
});

describe('a database whose disk is full', () => {
  it('is reported as full, also while small writes still find space (G33)', async () => {
    await using fresh = await freshDatabase();
    const name = new URL(fresh.settings.url).pathname.slice(1);
    // Found before the function of PostgreSQL, it fails as a temporary file does on a full disk.
    await rowsOf(
      fresh.db,
      sql.raw(`create function generate_series(integer, integer) returns setof integer language plpgsql as $$
        begin raise 'could not write to file: No space left on device' using errcode = '53100'; end $$`),
    );
    await rowsOf(fresh.db, sql.raw(`alter database ${name} set search_path = public, pg_catalog`));
    await using db = await withBounds(fresh, {});
    expect(await writeObstacle(db)).toBe('disk_full');
    await rowsOf(db, sql.raw('drop function public.generate_series(integer, integer)'));
    expect(await writeObstacle(db)).toBeUndefined();
  });
});

describe('a team that is deleted while a user is added to one of its groups', () => {
  it('leaves the end of that membership in the audit (G30)', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await seed(db, 1);
    await rowsOf(db, sql`insert into access_group (team_id, name, type) values (1, 'handmade', 50)`);
    const commit = await hold(
      db,
      sql`insert into access_group_members (access_group_id, user_id) values (1, 1)`,
    );
    const deleted = rowsOf(db, sql`delete from team where id = 1`);
    const waiting = sql<{ n: number }>`select count(*)::int as n from pg_locks where not granted`;
    while ((await rowsOf(db, waiting))[0]?.n === 0);
    await commit();
    await deleted;
    expect(await auditDrift(db)).toEqual([]);
    expect(await rowsOf(db, sql`select action, reason from membership_change order by id`)).toMatchObject([
      { action: 'add' },
      { action: 'remove', reason: 'team_deleted' },
    ]);
  });
});
