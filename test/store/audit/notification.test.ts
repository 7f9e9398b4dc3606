/** Every change of a group or membership notifies the channel `rollcall` when it commits. */
import { sql } from 'kysely';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { query } from '../../../src/store/database/sql.ts';
import { transact } from '../../../src/store/database/transaction.ts';
import { creation, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { type Inbox, inbox } from '../../support/observe/inbox.ts';
import { type FreshDatabase, freshDatabase } from '../../support/servers/database.ts';

interface Listener extends AsyncDisposable {
  readonly notifications: Inbox<string>;
  /** Everything that was received before this call. */
  upToNow(): Promise<unknown[]>;
}

async function listenTo({ settings }: FreshDatabase): Promise<Listener> {
  const client = new Client({ connectionString: settings.url });
  const notifications = inbox<string>();
  client.on('notification', ({ payload = '' }) => notifications.put(payload));
  await client.connect();
  await client.query('listen rollcall');
  let from = 0;
  return {
    notifications,
    async upToNow() {
      await client.query(`select pg_notify('rollcall', 'mark ' || $1::text)`, [from]);
      await notifications.find(payload => payload === `mark ${from}`);
      const news = notifications.all.slice(from, -1);
      from = notifications.all.length;
      return news.map(payload => JSON.parse(payload));
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

describe('the channel rollcall', () => {
  it('gets the run and the groups of a sync, once for each different payload of a transaction', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    await using listener = await listenTo(fresh);
    const run = await sync(fresh.db, planOf([creation(1, ids(1, 2)), creation(2, ids(3))]));
    expect(await listener.upToNow()).toEqual([{ run: run?.id, groups: [1, 2] }]);
  });

  it('gets the changes of users and cascades, and nothing of a transaction that is rolled back', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await seed(db, 3);
    await rowsOf(db, sql`insert into access_group (team_id, name) values (1, 'desk'), (1, 'door')`);
    await using listener = await listenTo(fresh);
    const join = sql`insert into access_group_members (access_group_id, user_id) values (1, 1), (1, 2), (2, 2)`;
    const broken = transact(db, async em => {
      await query(em, join);
      throw new Error('rolled back');
    });
    await expect(broken).rejects.toThrow('rolled back');
    expect(await listener.upToNow()).toEqual([]);
    await rowsOf(db, join);
    expect(await listener.upToNow()).toEqual([{ run: null, groups: [1, 2] }]);
    await rowsOf(db, sql`delete from auth_user where id = 2`);
    expect(await listener.upToNow()).toEqual([{ run: null, groups: [1, 2] }]);
    await rowsOf(db, sql`delete from access_group_members`);
    expect(await listener.upToNow()).toEqual([{ run: null, groups: [1] }]);
    await rowsOf(db, sql`update access_group set type = 100 where id = 2`);
    expect(await listener.upToNow()).toEqual([{ run: null, groups: [2] }]);
  });

  it('gets "many" instead of more groups than a payload of PostgreSQL can have', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await seed(db, 1);
    await using listener = await listenTo(fresh);
    const add = (from: number, count: number) =>
      rowsOf(
        db,
        sql`
          insert into access_group (id, team_id, name)
          select n, 1, 'g' || n from generate_series(${from}::int, ${from + count - 1}::int) n`,
      );
    await add(2_000_000_000, 500);
    await add(1, 501);
    expect(await listener.upToNow()).toEqual([
      { run: null, groups: expect.objectContaining({ length: 500 }) },
      { run: null, groups: 'many' },
    ]);
    expect(Math.max(...listener.notifications.all.map(payload => payload.length))).toBeLessThan(8_000);
  });
});
