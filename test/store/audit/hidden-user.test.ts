/** The audit of a member whose row in the users table is hidden by the application. */
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { closeDatabase, openDatabase } from '../../../src/store/database/database.ts';
import { NUMBERS, numbers, openApplication } from '../../support/given/applications/small.ts';
import { change, creation, groupId, ids, planOf, rowsOf, sync } from '../../support/given/saved-plan.ts';

it('a removal has an audit row with the id, also while the application hides the user (G51)', async () => {
  await using application = await openApplication(`${NUMBERS}; insert into teams (slug) values ('red')`);
  await application.migrate(numbers);
  const db = await openDatabase({ url: application.url, poolSize: 2, schema: 'rollcall', core: numbers });
  try {
    await sync(db, planOf([creation(1, ids(1))]));
    await application.client.query(`
      create or replace view rollcall.auth_user as select id, login as username, ''::text as email, ''::text as full_name,
        true as is_active, false as is_superuser, null::timestamptz as date_joined from users where login <> 'alice'`);
    const gone = { kind: 'update', accessGroupId: await groupId(db, 'group1'), remove: ids(1) } as const;
    await sync(db, planOf([change(1, gone)]));
    const audit = sql`select action, user_id as "user", username from membership_change order by id`;
    expect(await rowsOf(db, audit)).toEqual([
      { action: 'add', user: 1, username: 'alice' },
      { action: 'remove', user: 1, username: '#1' },
    ]);
  } finally {
    await closeDatabase(db);
  }
});
