/** Users who change what a directory owns while a run of it reads or is saved. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { query } from '../../../src/store/database/sql.ts';
import { freezeGroup, unfreezeGroup } from '../../../src/store/ownership/freeze.ts';
import { moveLinks } from '../../../src/store/ownership/relink.ts';
import { claimRun } from '../../../src/store/runs/lease.ts';
import { requestRun } from '../../../src/store/runs/request.ts';
import { savePlan } from '../../../src/store/save/save-plan.ts';
import {
  creation,
  ids,
  NO_HOLDS,
  planOf,
  READ_WITH,
  rowsOf,
  seed,
  sync,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { holdLock } from '../../support/servers/lock.ts';

const ACT = { by: 'ines', reason: 'an incident' };
const MINE = { owner: 'test', leaseMs: 60_000 };

describe('while a run reads', () => {
  it('after unfreezing a group, the next schedule reads again, although the run saves its earlier read', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await seed(db, 1);
    await sync(db, planOf([creation(1, ids(1))]), { marker: 'm1' });
    await freezeGroup(db, 1, ACT);
    const { run } = await requestRun(db, { directory: 'corp', trigger: 'manual', mode: 'apply' });
    await claimRun(db, run.id, MINE);
    await unfreezeGroup(db, 1, ACT);
    const state = { ...READ_WITH, marker: 'm2' };
    const plan = planOf([]);
    const saving = { run: run.id, owner: 'test', plan, verdict: NO_HOLDS, whole: true, state, counts: {} };
    await savePlan(db, { ...saving, mode: 'apply' });
    expect(await rowsOf(db, sql`select marker from directory_state`)).toEqual([{ marker: null }]);
  });
});

describe('while a plan is saved', () => {
  it('relink locks people before groups, as a save does, so that they do not deadlock', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await using saving = await holdLock(
      fresh.settings.url,
      'lock table directory_user in row exclusive mode',
    );
    const moves = { directory: 'corp', idAttribute: 'entryUUID', groups: [], people: [] };
    const relinking = moveLinks(db, moves, ACT);
    await saving.isWaitedFor();
    await db.orm.em
      .fork()
      .transactional(em => query(em, sql`lock table directory_group in row exclusive mode nowait`));
    await saving.commit();
    expect(await relinking).toMatchObject({ status: 'queued', directory: 'corp' });
  });
});
