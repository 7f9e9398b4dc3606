/** Rows that reconcileBatch must not apply, because the owner or the state has changed. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../../src/errors.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { addMember } from '../../../src/store/manual/members.ts';
import { linkGroup } from '../../../src/store/ownership/adopt.ts';
import { freezeGroup, unfreezeGroup } from '../../../src/store/ownership/freeze.ts';
import { releaseGroup } from '../../../src/store/ownership/release.ts';
import { reconcileBatch } from '../../../src/store/reconcile/reconcile-batch.ts';
import {
  AUDIT,
  applyRun,
  change,
  creation,
  ids,
  membersByGroup,
  NOTHING_DONE,
  outcomes,
  planOf,
  rowsOf,
  saveRun,
  seed,
  sync,
  uuid,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { asSync, forceSql } from '../../support/servers/force.ts';

const ACT = { by: 'ines', reason: 'an incident' };

describe('reconcileBatch, groups that it must not change', () => {
  it('a manual group with the wanted name stays unchanged and the row is a conflict (F65, A10)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    const run = await saveRun(fresh.db, planOf([creation(1, ids(1)), creation(2, ids(2))]));
    await rowsOf(fresh.db, sql`insert into access_group (team_id, name, type) values (1, 'group1', 0)`);
    await rowsOf(fresh.db, sql`insert into access_group_members (access_group_id, user_id) values (1, 2)`);
    expect(await applyRun(fresh.db, run)).toMatchObject({
      status: 'partial',
      counts: { applied: { failed: 1 } },
    });
    expect(await outcomes(fresh.db, run.id)).toEqual({
      group1: 'failed name_conflict_manual',
      group2: 'applied',
    });
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [2], group2: [2] });
    expect(await rowsOf(fresh.db, sql`select type, managed from access_group where id = 1`)).toEqual([
      { type: 0, managed: false },
    ]);
    expect(
      await rowsOf(
        fresh.db,
        sql`select state, reason, access_group_id from directory_group where cn = 'group1'`,
      ),
    ).toEqual([{ state: 'conflict', reason: 'name_conflict_manual', access_group_id: null }]);
  });

  it('another directory never gets a group that the first one manages (F19)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    await sync(fresh.db, planOf([creation(1, ids(1, 2))]));
    const theirs = planOf([creation(2, ids(3), { name: 'group1' })], { directory: 'branch' });
    await sync(fresh.db, theirs);
    expect(await outcomes(fresh.db, 2)).toEqual({ group1: 'failed name_conflict_managed' });
    const retire = change(2, { kind: 'retire', accessGroupId: 1, remove: ids(1, 2), deleteGroup: true });
    await sync(fresh.db, planOf([retire], { directory: 'branch' }));
    expect(await outcomes(fresh.db, 3)).toEqual({ group2: 'superseded unlinked' });
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 2] });
  });

  it('a late task of an older run changes nothing (D5)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    await sync(fresh.db, planOf([creation(1, ids(1))]));
    const older = await saveRun(
      fresh.db,
      planOf([change(1, { kind: 'update', accessGroupId: 1, desired: ids(2) })]),
    );
    await rowsOf(fresh.db, sql`update sync_run set status = 'failed' where id = ${older.id}`);
    await sync(fresh.db, planOf([change(1, { kind: 'update', accessGroupId: 1, desired: ids(3) })]));
    expect(await reconcileBatch(fresh.db, older.id, 0)).toEqual(NOTHING_DONE);
    expect(await outcomes(fresh.db, older.id)).toEqual({ group1: 'superseded run_over' });
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [3] });
  });

  it('a group that a newer run created is never undone, even by a run that still applies (D5)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    await sync(fresh.db, planOf([creation(1, ids(1))]));
    const older = await saveRun(
      fresh.db,
      planOf([change(1, { kind: 'update', accessGroupId: 1, desired: ids(2) })]),
    );
    await rowsOf(fresh.db, sql`update directory_group set applied_run = ${older.id + 1}`);
    await reconcileBatch(fresh.db, older.id, 0);
    expect(await outcomes(fresh.db, older.id)).toEqual({ group1: 'superseded newer_run' });
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1] });
  });

  it('tasks of a team that was deleted meanwhile end as superseded (B16)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2, ['red', 'blue']);
    await sync(fresh.db, planOf([creation(1, ids(1))]));
    const update = change(1, { kind: 'update', accessGroupId: 1, desired: ids(2) });
    const run = await saveRun(
      fresh.db,
      planOf([update, creation(2, ids(1)), creation(3, ids(1), { team: 'blue' })]),
    );
    await rowsOf(fresh.db, sql`delete from team where slug = 'red'`);
    expect(await applyRun(fresh.db, run)).toMatchObject({ status: 'succeeded' });
    expect(await outcomes(fresh.db, run.id)).toEqual({
      group1: 'superseded team_gone',
      group2: 'superseded team_gone',
      group3: 'applied',
    });
  });

  it('a team slug that was renamed meanwhile changes nothing (B17)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    const run = await saveRun(fresh.db, planOf([creation(1, ids(1))]));
    await rowsOf(fresh.db, sql`update team set slug = 'crimson'`);
    await applyRun(fresh.db, run);
    expect(await rowsOf(fresh.db, AUDIT)).toMatchObject([{ team_slug: 'crimson', username: 'user1' }]);
  });

  it('a group that was released meanwhile keeps the changes of its users (B19)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await sync(fresh.db, planOf([creation(1, ids(1))]));
    const run = await saveRun(
      fresh.db,
      planOf([change(1, { kind: 'update', accessGroupId: 1, desired: ids(2) })]),
    );
    await forceSql(
      fresh.db,
      sql`update directory_group set state = 'released', access_group_id = null, team_id = null`,
    );
    await forceSql(fresh.db, sql`update access_group set managed = false`);
    await applyRun(fresh.db, run);
    expect(await outcomes(fresh.db, run.id)).toEqual({ group1: 'superseded released' });
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1] });
  });

  it.each([
    [
      'frozen, mended and unfrozen',
      async (db: Database) => {
        await freezeGroup(db, 1, ACT);
        await asSync(db, sql`insert into access_group_members (access_group_id, user_id) values (1, 3)`);
        await unfreezeGroup(db, 1, ACT);
      },
    ],
    [
      'released, mended and adopted',
      async (db: Database) => {
        await releaseGroup(db, 1, { ...ACT, empty: false });
        await addMember(db, 1, 'user3', 'ines');
        const source = { directory: 'corp', externalId: uuid(1), dn: 'cn=group1,dc=test', cn: 'group1' };
        const group = { accessGroupId: 1, team: 'red', name: 'group1', mapping: 'm', present: ids(1, 3) };
        await linkGroup(db, { ...source, ...group }, ACT);
      },
    ],
  ])(
    'a group that was %s is not changed by an earlier task, because no guard has checked its members (D5)',
    async (_, act) => {
      await using fresh = await freshDatabase();
      await seed(fresh.db, 3);
      await sync(fresh.db, planOf([creation(1, ids(1))]));
      const run = await saveRun(
        fresh.db,
        planOf([
          change(1, { kind: 'update', accessGroupId: 1, desired: ids(2), add: ids(2), remove: ids(1) }),
        ]),
      );
      await act(fresh.db);
      expect(await applyRun(fresh.db, run)).toMatchObject({ status: 'succeeded' });
      expect(await outcomes(fresh.db, run.id)).toEqual({ group1: 'superseded changed_hands' });
      expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 3] });
    },
  );

  it('a batch whose saved plan is gone fails, it does not complete (F81)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    const { id } = await saveRun(fresh.db, planOf([creation(1, ids(1))]));
    await expect(reconcileBatch(fresh.db, id, 7)).rejects.toBeInstanceOf(NotFoundError);
    await rowsOf(fresh.db, sql`delete from sync_run`);
    await expect(reconcileBatch(fresh.db, id, 0)).rejects.toBeInstanceOf(NotFoundError);
  });
});
