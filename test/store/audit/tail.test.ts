/** A client that follows the audit misses no row, in whatever order transactions commit. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { tailAudit } from '../../../src/store/audit/tail.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { creation, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { until } from '../../support/observe/until.ts';
import { freshDatabase } from '../../support/servers/database.ts';

/** Opens a transaction that adds one user to the group; the returned function commits it. */
async function adding(db: Database, user: number): Promise<() => Promise<void>> {
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const done = db.orm.em.fork().transactional(async em => {
    const insert = sql`insert into access_group_members (access_group_id, user_id) values (1, ${user})`;
    await insert.execute(em.getKysely());
    begun.resolve();
    await go.promise;
  });
  await begun.promise;
  return async () => {
    go.resolve();
    await done;
  };
}

async function follow(db: Database, after: string): Promise<{ users: string[]; cursor: string }> {
  let cursor = after;
  const users: string[] = [];
  for await (const entry of tailAudit(db, {}, after)) {
    cursor = entry.cursor;
    if (entry.username !== undefined) users.push(entry.username);
  }
  return { users, cursor };
}

describe('tailAudit', () => {
  it('misses no row that commits later, and returns none twice (G32)', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await seed(db, 4);
    await rowsOf(db, sql`insert into access_group (team_id, name, type) values (1, 'handmade', 50)`);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([1, 2, 3, 4], { minLength: 4 }), async order => {
        let cursor = (await follow(db, 'start')).cursor;
        const commits = new Map<number, () => Promise<void>>();
        for (const user of [1, 2, 3, 4]) commits.set(user, await adding(db, user));
        const seen: string[] = [];
        const look = async () => {
          const more = await follow(db, cursor);
          cursor = more.cursor;
          seen.push(...more.users);
          return seen.length >= 4;
        };
        for (const user of order) {
          await commits.get(user)?.();
          await look();
        }
        // Transactions of other tests matter too, because all databases of a server share one counter.
        await until('all rows are returned', look);
        expect(seen.toSorted()).toEqual(['user1', 'user2', 'user3', 'user4']);
        await rowsOf(db, sql`delete from access_group_members`);
        await until(
          'the remaining rows are returned',
          async () => (await follow(db, cursor)).users.length === 4,
        );
      }),
      { numRuns: 10 },
    );
  });

  it('returns members and groups of one transaction in one order (G32)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    await sync(fresh.db, planOf([creation(1, ids(1, 2)), creation(2, ids(3))]));
    const all: string[] = [];
    const again: string[] = [];
    await until('all rows are returned', async () => (await follow(fresh.db, 'start')).users.length === 3);
    for await (const { cursor } of tailAudit(fresh.db, {}, 'start')) all.push(cursor);
    for await (const { cursor } of tailAudit(fresh.db, {}, all[1] ?? '')) again.push(cursor);
    expect(all).toHaveLength(5);
    expect(again).toEqual(all.slice(2));
  });
});
