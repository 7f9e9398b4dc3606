/** Old history is removed as configured, and logged without personal data. */
import { sql } from 'kysely';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { removeOld } from '../../src/jobs/apply-retention.ts';
import { sealAll } from '../support/given/audit.ts';
import {
  change,
  creation,
  fingerprint,
  ids,
  planOf,
  rowsOf,
  seed,
  sync,
} from '../support/given/saved-plan.ts';
import { freshDatabase } from '../support/servers/database.ts';

const DAY_MS = 86_400_000;

it('old history is removed as configured, and the log has numbers only', async () => {
  await using fresh = await freshDatabase();
  const { db } = fresh;
  await seed(db, 3);
  await sync(db, planOf([creation(1, ids(1, 2))]));
  await sync(db, planOf([change(1, { kind: 'update', accessGroupId: 1, desired: ids(2, 3) })]));
  await sync(db, planOf([]));
  await db.orm.em.fork().transactional(async em => {
    await em.execute('set local session_replication_role = replica');
    await em.execute(`update sync_run set finished_at = finished_at - interval '500 days'`);
    await em.execute(`update membership_change set at = at - interval '500 days'`);
    await em.execute(`update access_group_change set at = at - interval '500 days'`);
  });
  await sealAll(db);
  const lines: string[] = [];
  const log = pino({}, { write: line => lines.push(line) });
  const whole = await fingerprint(db);
  await removeOld({ db, log }, { runsMs: undefined, auditMs: undefined });
  expect(await fingerprint(db)).toEqual(whole);
  expect(lines).toEqual([]);
  await removeOld({ db, log }, { runsMs: 400 * DAY_MS, auditMs: 400 * DAY_MS });
  expect(lines.map(line => JSON.parse(line))).toMatchObject([
    { runs: 2, audit: 1, msg: 'old history removed' },
  ]);
  expect(await rowsOf(db, sql`select username from membership_change order by username`)).toEqual([
    // The newest row stays, for cursors; here it is the removal of user1, which still needs what it removed.
    { username: 'user1' },
    { username: 'user1' },
    { username: 'user2' },
    { username: 'user3' },
  ]);
  await removeOld({ db, log }, { runsMs: 400 * DAY_MS, auditMs: 400 * DAY_MS });
  expect(lines).toHaveLength(1);
});
