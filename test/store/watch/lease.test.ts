/** One process has the lease of a watch, and records how current the directory is. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { LAG_LIMITS } from '../../../src/model/watch.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { claimHinted, dropRun } from '../../../src/store/runs/claim-hinted.ts';
import { claimRun } from '../../../src/store/runs/lease.ts';
import { getRun, requestRun } from '../../../src/store/runs/request.ts';
import { recordChange, releaseWatch, renewWatches, takeWatch } from '../../../src/store/watch/lease.ts';
import { loadWatch } from '../../../src/store/watch/status.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const ONE = { owner: 'one', leaseMs: 60_000 };
const TWO = { owner: 'two', leaseMs: 60_000 };
const STATE = {
  directory: 'corp',
  mechanism: 'syncrepl',
  server: 'ldap://a',
  problem: undefined,
  currentMs: 500,
  reported: 0,
  reopened: 0,
} as const;

const expire = (db: Database) =>
  rowsOf(db, sql`update directory_watch set lease_until = now() - interval '1 second' returning 1 as one`);

describe('the lease of a watch', () => {
  it('belongs to one of many processes, until it expires or is given back', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const take = (lease: typeof ONE) => takeWatch(db, 'corp', lease);
    const taken = await Promise.all([1, 2, 3].map(n => take({ ...ONE, owner: `process ${n}` })));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await take(ONE)).toBe(false);
    await expire(db);
    expect([await take(ONE), await take(ONE), await take(TWO)]).toEqual([true, true, false]);
    await releaseWatch(db, 'corp', TWO);
    expect(await take(TWO)).toBe(false);
    await releaseWatch(db, 'corp', ONE);
    expect(await take(TWO)).toBe(true);
  });

  it('is lost to a process that renews it too late, which then records nothing', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await takeWatch(db, 'corp', ONE);
    expect(await renewWatches(db, ONE, [STATE])).toEqual(new Set(['corp']));
    await expire(db);
    expect(await renewWatches(db, ONE, [{ ...STATE, server: 'ldap://b' }])).toEqual(new Set());
    expect(await rowsOf(db, sql`select mechanism, server from directory_watch`)).toEqual([
      { mechanism: 'syncrepl', server: 'ldap://a' },
    ]);
  });

  it('is renewed together with others of the process, each with its own state', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    for (const directory of ['corp', 'labs', 'lost']) await takeWatch(db, directory, ONE);
    await releaseWatch(db, 'lost', ONE);
    const labs = { ...STATE, directory: 'labs', mechanism: undefined, problem: 'refused' };
    const renewed = await renewWatches(db, ONE, [STATE, labs, { ...STATE, directory: 'lost' }]);
    expect(renewed).toEqual(new Set(['corp', 'labs']));
    expect(
      await rowsOf(db, sql`select directory, mechanism, problem from directory_watch order by 1`),
    ).toEqual([
      { directory: 'corp', mechanism: 'syncrepl', problem: null },
      { directory: 'labs', mechanism: null, problem: 'refused' },
      { directory: 'lost', mechanism: null, problem: null },
    ]);
  });

  it('records the latest time at which everything was applied, and never an earlier one', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await takeWatch(db, 'corp', ONE);
    for (const currentMs of [500, 90_000, undefined]) await renewWatches(db, ONE, [{ ...STATE, currentMs }]);
    const [row] = await rowsOf<{ age: number }>(
      db,
      sql`select extract(epoch from now() - current_at)::float8 as age from directory_watch`,
    );
    expect(row?.age).toBeLessThan(60);
  });

  it('does not keep a time in the future, which a clock left that was set back', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await takeWatch(db, 'corp', ONE);
    for (const currentMs of [-3_600_000, 500]) await renewWatches(db, ONE, [{ ...STATE, currentMs }]);
    const [row] = await rowsOf<{ age: number }>(
      db,
      sql`select extract(epoch from now() - current_at)::float8 as age from directory_watch`,
    );
    expect(row?.age).toBeGreaterThanOrEqual(0.5);
  });

  it('counts what was reported and how often the watch was opened again', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await takeWatch(db, 'corp', ONE);
    for (const [reported, reopened] of [
      [3, 0],
      [4, 1],
    ] as const)
      await renewWatches(db, ONE, [{ ...STATE, reported, reopened }]);
    expect(
      await rowsOf(db, sql`select reported::int as reported, reopened::int as reopened from directory_watch`),
    ).toEqual([{ reported: 7, reopened: 1 }]);
  });

  it('counts runs by the time since their first hint, and changes by the time since the directory made them', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await takeWatch(db, 'corp', ONE);
    const isAhead = -500;
    for (const [hintMs, lagsMs] of [
      [200, [250, 400]],
      [3_000, []],
      [100_000, [isAhead]],
    ] as const)
      await recordChange(db, 'corp', { hintMs, lagsMs });
    const { watch } = await loadWatch(db.orm.em.fork(), 'corp');
    const within = (...counts: readonly number[]) =>
      LAG_LIMITS.map((seconds, index) => ({ seconds, changes: counts[index] }));
    expect(watch).toMatchObject({
      changes: 3,
      seconds: 103.2,
      within: within(0, 0, 1, 1, 1, 1, 2, 2, 2, 2),
      lag: { changes: 3, seconds: 0.65, within: within(1, 1, 2, 3, 3, 3, 3, 3, 3, 3), p99: 0.5 },
    });
  });
});

describe('a hinted run', () => {
  it('waits for a queued and for an active run, and blocks others while it reads', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const request = { directory: 'corp', trigger: 'manual', mode: 'apply' } as const;
    const { run } = await requestRun(db, request);
    expect(await claimHinted(db, 'corp', ONE)).toBeUndefined();
    await claimRun(db, run.id, TWO);
    expect(await claimHinted(db, 'corp', ONE)).toBeUndefined();
    const other = await claimHinted(db, 'other', ONE);
    expect(other).toMatchObject({ directory: 'other', trigger: 'change', status: 'reading' });
    const later = await requestRun(db, { ...request, directory: 'other' });
    expect(await claimRun(db, later.run.id, TWO)).toEqual({ kind: 'busy' });
  });

  it('is claimed once by several processes', async () => {
    await using fresh = await freshDatabase();
    const claims = await Promise.all([ONE, TWO].map(lease => claimHinted(fresh.db, 'corp', lease)));
    expect(claims.filter(run => run !== undefined)).toHaveLength(1);
  });

  it('leaves nothing when it is dropped, which only its owner can do', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const run = await claimHinted(db, 'corp', ONE);
    const id = run?.id ?? 0;
    expect([await dropRun(db, id, TWO), await dropRun(db, id, ONE)]).toEqual([false, true]);
    expect(await getRun(db, id)).toBeUndefined();
  });
});
