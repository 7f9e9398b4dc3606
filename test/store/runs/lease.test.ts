/** Claiming, renewing, releasing and recovering runs. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../../src/errors.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { reconcileBatch } from '../../../src/store/reconcile/reconcile-batch.ts';
import { claimRun, expireLeases, heartbeat, releaseRun, staleWork } from '../../../src/store/runs/lease.ts';
import { getRun, requestRun } from '../../../src/store/runs/request.ts';
import { creation, ids, planOf, rowsOf, saveRun, seed } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const RESYNC = { directory: 'corp', trigger: 'manual', mode: 'apply' } as const;
const FIRST = { owner: 'first', leaseMs: 60_000 };
const SECOND = { owner: 'second', leaseMs: 60_000 };

async function queued(db: Database): Promise<number> {
  return (await requestRun(db, RESYNC)).run.id;
}

/** Sets the lease of a run back, so that it has expired. */
async function letExpire(db: Database, id: number): Promise<void> {
  await rowsOf(db, sql`update sync_run set lease_until = now() - interval '1 second' where id = ${id}`);
}

async function lookedAtLongAgo(db: Database): Promise<void> {
  await rowsOf(db, sql`update sync_run set looked_at = now() - interval '1 hour'`);
}

describe('claimRun', () => {
  it('gives a queued run to one of many claims', async () => {
    await using fresh = await freshDatabase();
    const id = await queued(fresh.db);
    const claims = await Promise.all(
      [1, 2, 3, 4].map(n => claimRun(fresh.db, id, { owner: `worker ${n}`, leaseMs: 60_000 })),
    );
    expect(claims.map(claim => claim.kind).sort()).toEqual(['claimed', 'over', 'over', 'over']);
    expect(await getRun(fresh.db, id)).toMatchObject({ status: 'reading' });
  });

  it('leaves a run that a worker of the previous release claims to a worker of this one', async () => {
    await using fresh = await freshDatabase();
    const id = await queued(fresh.db);
    const older = await rowsOf(
      fresh.db,
      sql`
        update sync_run r
        set status = 'reading', owner = 'older', lease_until = now() + interval '1 minute', started_at = now()
        where id = ${id} and status = 'queued'
        returning id`,
    );

    expect(older).toEqual([]);
    expect(await getRun(fresh.db, id)).toMatchObject({ status: 'queued' });
    expect((await claimRun(fresh.db, id, FIRST)).kind).toBe('claimed');
  });

  it('a run is busy while another one of its directory is active (D1)', async () => {
    await using fresh = await freshDatabase();
    const first = await queued(fresh.db);
    expect((await claimRun(fresh.db, first, FIRST)).kind).toBe('claimed');
    const second = await queued(fresh.db);
    expect(await claimRun(fresh.db, second, SECOND)).toEqual({ kind: 'busy' });
    const elsewhere = await requestRun(fresh.db, { ...RESYNC, directory: 'branch' });
    expect((await claimRun(fresh.db, elsewhere.run.id, SECOND)).kind).toBe('claimed');
  });

  it('a run whose process died is failed as lease_expired and its directory is free (F77, D6)', async () => {
    await using fresh = await freshDatabase();
    const dead = await queued(fresh.db);
    await claimRun(fresh.db, dead, FIRST);
    const next = await queued(fresh.db);
    expect((await claimRun(fresh.db, next, SECOND)).kind).toBe('busy');
    await letExpire(fresh.db, dead);
    expect((await claimRun(fresh.db, next, SECOND)).kind).toBe('claimed');
    expect(await getRun(fresh.db, dead)).toMatchObject({ status: 'failed', errorCode: 'lease_expired' });
  });

  it('throws NotFoundError for a run that does not exist', async () => {
    await using fresh = await freshDatabase();
    await expect(claimRun(fresh.db, 404, FIRST)).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe('heartbeat', () => {
  it('renews by the clock of the database and saves the current counts (F77)', async () => {
    await using fresh = await freshDatabase();
    const id = await queued(fresh.db);
    await claimRun(fresh.db, id, { owner: 'first', leaseMs: 10 });
    const read = { queries: 1, entries: 2, users: 1, groups: 1, memberValues: 3, references: 0, bytes: 9 };
    expect(await heartbeat(fresh.db, id, { ...FIRST, status: 'planning', counts: { read } })).toBe(true);
    expect(await expireLeases(fresh.db)).toEqual([]);
    expect(await getRun(fresh.db, id)).toMatchObject({ status: 'planning', counts: { read } });
    const [lease] = await rowsOf(
      fresh.db,
      sql`select lease_until between now() + interval '50 s' and now() + interval '60 s' as renewed from sync_run`,
    );
    expect(lease).toEqual({ renewed: true });
  });

  it('returns false to an owner that has lost the run (F77)', async () => {
    await using fresh = await freshDatabase();
    const id = await queued(fresh.db);
    await claimRun(fresh.db, id, FIRST);
    expect(await heartbeat(fresh.db, id, SECOND)).toBe(false);
    await letExpire(fresh.db, id);
    expect((await expireLeases(fresh.db)).map(run => [run.id, run.errorCode])).toEqual([
      [id, 'lease_expired'],
    ]);
    expect(await heartbeat(fresh.db, id, FIRST)).toBe(false);
  });
});

describe('releaseRun', () => {
  it('returns a run to the queue for another worker', async () => {
    await using fresh = await freshDatabase();
    const id = await queued(fresh.db);
    await claimRun(fresh.db, id, FIRST);
    await releaseRun(fresh.db, id, { owner: 'second' });
    expect(await getRun(fresh.db, id)).toMatchObject({ status: 'reading' });
    await releaseRun(fresh.db, id, { owner: 'first' });
    expect(await getRun(fresh.db, id)).toMatchObject({ status: 'queued', startedAt: undefined });
    expect((await claimRun(fresh.db, id, SECOND)).kind).toBe('claimed');
  });

  it('is replaced by an equal run that was queued in the meantime', async () => {
    await using fresh = await freshDatabase();
    const id = await queued(fresh.db);
    await claimRun(fresh.db, id, FIRST);
    const next = await queued(fresh.db);
    await releaseRun(fresh.db, id, { owner: 'first' });
    expect(await getRun(fresh.db, id)).toMatchObject({ status: 'superseded' });
    expect((await claimRun(fresh.db, next, SECOND)).kind).toBe('claimed');
  });
});

describe('staleWork', () => {
  it('finds the work of a lost queue, once a period (D7)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    const big = { ...creation(1, ids(1)), desired: Int32Array.from({ length: 9_999 }, (_, at) => at + 1) };
    const { id, batches } = await saveRun(fresh.db, planOf([big, creation(2, ids(1)), creation(3, ids(2))]));
    const waiting = await queued(fresh.db);
    expect(batches).toEqual([0, 1]);
    expect(await staleWork(fresh.db, { olderThanMs: 60_000 })).toEqual({ queued: [], batches: [] });
    await lookedAtLongAgo(fresh.db);
    const lost = {
      queued: [waiting],
      batches: [
        { run: id, batch: 0 },
        { run: id, batch: 1 },
      ],
    };
    expect(await staleWork(fresh.db, { olderThanMs: 60_000 })).toEqual(lost);
    expect(await staleWork(fresh.db, { olderThanMs: 60_000 })).toEqual({ queued: [], batches: [] });
  });

  it('leaves out a run whose tasks make progress (D7)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    const big = { ...creation(1, ids(1)), desired: Int32Array.from({ length: 9_999 }, (_, at) => at + 1) };
    const { id } = await saveRun(fresh.db, planOf([big, creation(2, ids(1)), creation(3, ids(2))]));
    await lookedAtLongAgo(fresh.db);
    await reconcileBatch(fresh.db, id, 0);
    expect((await staleWork(fresh.db, { olderThanMs: 60_000 })).batches).toEqual([]);
    await rowsOf(
      fresh.db,
      sql`update sync_run_group set settled_at = now() - interval '1 hour' where batch = 0`,
    );
    expect((await staleWork(fresh.db, { olderThanMs: 60_000 })).batches).toEqual([{ run: id, batch: 1 }]);
  });

  it('ends a run whose process died between its last task and its end', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    const { id } = await saveRun(fresh.db, planOf([]));
    await lookedAtLongAgo(fresh.db);
    expect(await staleWork(fresh.db, { olderThanMs: 60_000 })).toEqual({ queued: [], batches: [] });
    expect(await getRun(fresh.db, id)).toMatchObject({ status: 'succeeded' });
  });
});
