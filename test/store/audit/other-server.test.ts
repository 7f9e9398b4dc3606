/** An audit whose rows name transactions of another server, as after a restore. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { auditFinding } from '../../../src/app/commands/audit-drift.ts';
import { changesAfter, isCursorLost, newestCursor } from '../../../src/store/audit/changes.ts';
import { adoptAudit } from '../../../src/store/audit/other-server.ts';
import { tailAudit } from '../../../src/store/audit/tail.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { change, creation, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { until } from '../../support/observe/until.ts';
import { freshDatabase } from '../../support/servers/database.ts';

/** Three users joined group1 in this order; the rows have transactions that this server has not begun. */
async function restored(shift: number): Promise<{ readonly db: Database } & AsyncDisposable> {
  const fresh = await freshDatabase();
  await seed(fresh.db, 4);
  await sync(fresh.db, planOf([creation(1, ids(1))]));
  for (const members of [ids(1, 2), ids(1, 2, 3)])
    await sync(
      fresh.db,
      planOf([change(1, { kind: 'update', accessGroupId: 1, desired: members, add: ids(members.length) })]),
    );
  await fresh.db.orm.em.fork().transactional(async em => {
    await em.execute('set local session_replication_role = replica');
    for (const table of ['membership_change', 'access_group_change'])
      await em.execute(`update ${table} set xact = (xact::text::bigint + ${shift})::text::xid8`);
  });
  return fresh;
}

async function users(db: Database): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const entry of tailAudit(db, {}, 'start'))
    if (entry.kind === 'member') found.push(entry.username);
  return found;
}

/** The cursor of the newest change, once no transaction of another test is open. */
function finalCursor(db: Database): Promise<string> {
  return until('the audit is final', async () => {
    const cursor = await newestCursor(db);
    return cursor === 'start' ? undefined : cursor;
  });
}

describe('an audit from another server', () => {
  it('is hidden from its consumers until migrate up has adopted it, and then read in order (G32)', async () => {
    await using fresh = await restored(1_000_000);
    expect(await users(fresh.db)).toEqual([]);
    expect(await auditFinding(fresh.db)).toMatchObject({
      level: 'fail',
      fix: expect.stringContaining('migrate up'),
    });
    expect(await adoptAudit(fresh.db)).toBe(4);
    await expect.poll(() => users(fresh.db)).toEqual(['user1', 'user2', 'user3']);
    expect(await auditFinding(fresh.db)).toMatchObject({ level: 'ok' });
    expect(await adoptAudit(fresh.db)).toBe(0);
  });

  it('can get new changes, and can still not be edited', async () => {
    await using fresh = await restored(1_000_000);
    await adoptAudit(fresh.db);
    const cursor = await finalCursor(fresh.db);
    await sync(
      fresh.db,
      planOf([change(1, { kind: 'update', accessGroupId: 1, desired: ids(1, 2, 3, 4), add: ids(4) })]),
    );
    await expect
      .poll(() => changesAfter(fresh.db, cursor, 10))
      .toMatchObject([{ username: 'user4', action: 'add' }]);
    await expect(rowsOf(fresh.db, sql`update membership_change set actor = 'ines'`)).rejects.toThrow(
      'append-only',
    );
  });

  it.each(['1-member-1', '1000500-member-2', '999999999-member-3'])(
    'makes the cursor %s of the other server invalid, even if no change follows',
    async cursor => {
      await using fresh = await restored(1_000_000);
      await adoptAudit(fresh.db);
      await finalCursor(fresh.db);
      expect(await isCursorLost(fresh.db, cursor, undefined)).toBe(true);
    },
  );

  it('of this server is unchanged', async () => {
    await using fresh = await restored(0);
    const cursor = await finalCursor(fresh.db);
    expect(await adoptAudit(fresh.db)).toBe(0);
    expect(await isCursorLost(fresh.db, cursor, undefined)).toBe(false);
  });
});
