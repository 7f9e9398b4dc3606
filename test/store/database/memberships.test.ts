/** Memberships of a user that only one of the audit and PostgreSQL knows. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { memberships } from '../../../src/store/queries/memberships.ts';
import { creation, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

describe('memberships', () => {
  it('show now a membership that the audit does not know (G85)', async () => {
    await using own = await freshDatabase();
    await seed(own.db, 1);
    await sync(own.db, planOf([creation(1, ids())]));
    await rowsOf(
      own.db,
      sql`begin; set local session_replication_role = replica;
        insert into access_group_members (access_group_id, user_id) select id, 1 from access_group; commit`,
    );
    const { items } = await memberships(own.db, 'user1', { limit: 5 });
    expect(items).toMatchObject([{ group: 'group1', since: null }]);
    expect((await memberships(own.db, 'user1', { limit: 5 }, new Date('2100-01-01'))).items).toEqual([]);
  });
});
