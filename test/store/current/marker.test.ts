/** Changes in the database after which an unchanged directory must be read again. */
import { globSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { directoryState } from '../../../src/store/current/directory-state.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { decideDoubts } from '../../../src/store/doubts/decide.ts';
import { changeGroup, createGroup, deleteGroup } from '../../../src/store/manual/groups.ts';
import { assignProject, unassignProject } from '../../../src/store/manual/projects.ts';
import { linkGroup } from '../../../src/store/ownership/adopt.ts';
import { freezeGroup, unfreezeGroup } from '../../../src/store/ownership/freeze.ts';
import { releaseDirectory, releaseGroup } from '../../../src/store/ownership/release.ts';
import { moveLinks } from '../../../src/store/ownership/relink.ts';
import { failBatch, reconcileBatch } from '../../../src/store/reconcile/reconcile-batch.ts';
import { saveRevert } from '../../../src/store/revert/save.ts';
import { approveRun } from '../../../src/store/runs/decide.ts';
import { completeRun, failRun } from '../../../src/store/runs/finish.ts';
import { claimRun } from '../../../src/store/runs/lease.ts';
import { requestRun } from '../../../src/store/runs/request.ts';
import { savePlan } from '../../../src/store/save/save-plan.ts';
import {
  applyRun,
  change,
  creation,
  groupId,
  ids,
  NO_HOLDS,
  planOf,
  READ_WITH,
  rowsOf,
  saveRun,
  seed,
  sync,
  uuid,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const ACT = { by: 'ada', reason: 'test' };
const HELD = {
  holds: [{ change: 0, removals: ids(1), reason: 'group_member_removals' as const }],
  reasons: ['too many'],
};

const update = () =>
  planOf([change(1, { kind: 'update', accessGroupId: 1, desired: ids(2), add: ids(2), remove: ids(1) })]);

async function manual(db: Database, name: string): Promise<number> {
  return (await createGroup(db, { team: 'red', name, type: 50, actor: 'ada' })).id;
}

/** The change, and what must exist before the marker is saved. */
const WRITERS: Readonly<
  Record<string, { before?: (db: Database) => Promise<unknown>; act: (db: Database) => Promise<unknown> }>
> = {
  freeze: { act: db => freezeGroup(db, 1, ACT) },
  unfreeze: { before: db => freezeGroup(db, 1, ACT), act: db => unfreezeGroup(db, 1, ACT) },
  release: { act: db => releaseGroup(db, 1, { ...ACT, empty: false }) },
  'release of a directory': { act: db => releaseDirectory(db, 'corp', ACT) },
  adopt: {
    before: db => manual(db, 'handmade'),
    act: async db => {
      const id = await groupId(db, 'handmade');
      const link = { accessGroupId: id, team: 'red', name: 'handmade', directory: 'corp', mapping: 'm' };
      return linkGroup(db, { ...link, externalId: uuid(9), dn: 'cn=x', cn: 'x', present: ids() }, ACT);
    },
  },
  relink: {
    act: db =>
      moveLinks(
        db,
        {
          directory: 'corp',
          idAttribute: 'entryUUID',
          people: [],
          groups: [
            {
              from: uuid(1),
              to: uuid(8),
              dn: 'cn=new',
              accessGroupId: 1,
              team: 'red',
              name: 'group1',
            },
          ],
        },
        ACT,
      ),
  },
  'a run that is reverted': {
    act: db =>
      saveRevert(db, { reverts: 1, ...ACT }, () => ({
        plan: planOf([change(1, { kind: 'update', accessGroupId: 1, remove: ids(1) })]),
        verdict: NO_HOLDS,
      })),
  },
  'type of a managed group': { act: db => changeGroup(db, 1, { type: 0 }, 'ada') },
  'project of a managed group': { act: db => assignProject(db, 1, 'p1', 'ada') },
  'project removed from a managed group': {
    before: db => assignProject(db, 1, 'p1', 'ada'),
    act: db => unassignProject(db, 1, 'p1', 'ada'),
  },
  'a name that becomes free by renaming': {
    before: db => manual(db, 'wanted'),
    act: async db => changeGroup(db, await conflict(db), { name: 'other' }, 'ada'),
  },
  'a name that becomes free by deletion': {
    before: db => manual(db, 'wanted'),
    act: async db => deleteGroup(db, await conflict(db), 'ada'),
  },
  'a doubt that is decided': {
    before: db =>
      rowsOf(
        db,
        sql`
          insert into membership_doubt (access_group_id, user_id, directory, kind, keys, dns, run_id)
          values (1, 1, 'corp', 'absent', '{}', '{}', 1)`,
      ),
    act: db => decideDoubts(db, { accessGroupId: 1, usernames: ['user1'], decision: 'keep', ...ACT }),
  },
  'an approval': {
    act: async db => {
      const { id } = (await sync(db, update(), { verdict: HELD, marker: 'm1' })) ?? { id: 0 };
      return approveRun(db, id, ACT);
    },
  },
  'the end of a run that applies': {
    act: async db => {
      const { id } = await saveRun(db, update(), { marker: 'm1' });
      await failRun(db, id, { code: 'stopped', message: 'an operator stopped it' });
    },
  },
  'a batch that is given up': {
    act: async db => failBatch(db, (await saveRun(db, update(), { marker: 'm1' })).id, 0, 'away'),
  },
  'a row that is superseded': {
    act: async db => {
      const { id } = await saveRun(db, update(), { marker: 'm1' });
      await rowsOf(
        db,
        sql`update directory_group set frozen_at = now(), frozen_by = 'x', frozen_reason = 'x'`,
      );
      await reconcileBatch(db, id, 0);
    },
  },
  'a row that fails': {
    act: async db => {
      const saved = await saveRun(db, planOf([creation(3, ids(1), { name: 'x'.repeat(65) })]), {
        marker: 'm1',
      });
      await reconcileBatch(db, saved.id, 0);
      await completeRun(db, saved.id);
    },
  },
};

/** Creates the manual group whose name a directory group waits for. */
async function conflict(db: Database): Promise<number> {
  await rowsOf(
    db,
    sql`
    insert into directory_group (directory, external_id, dn, cn, mapping, state, reason)
    values ('corp', ${uuid(7)}::uuid, 'cn=wanted', 'wanted', 'm', 'conflict', 'name_conflict_manual')`,
  );
  return groupId(db, 'wanted');
}

describe('the change marker', () => {
  it.each(Object.keys(WRITERS))('is reset by: %s (G20)', async name => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await seed(db, 2);
    await sync(db, planOf([creation(1, ids(1))]));
    await WRITERS[name]?.before?.(db);
    await sync(db, planOf([]), { marker: 'm1' });
    expect((await directoryState(db, 'corp'))?.marker).toBe('m1');
    await WRITERS[name]?.act(db);
    expect((await directoryState(db, 'corp'))?.marker).toBeUndefined();
  });

  it('is not saved by a run that began before the reset (G20)', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    await seed(db, 2);
    await sync(db, planOf([creation(1, ids(1))]), { marker: 'm1' });
    const { run } = await requestRun(db, { directory: 'corp', trigger: 'manual', mode: 'apply' });
    await claimRun(db, run.id, { owner: 'test', leaseMs: 60_000 });
    await freezeGroup(db, 1, ACT);
    const saving = {
      run: run.id,
      owner: 'test',
      plan: planOf([]),
      verdict: NO_HOLDS,
      mode: 'apply',
    } as const;
    const state = { marker: 'm2', position: undefined, ...READ_WITH };
    const batches = await savePlan(db, { ...saving, whole: true, state, counts: {} });
    await applyRun(db, { id: run.id, batches });
    expect((await directoryState(db, 'corp'))?.marker).toBeUndefined();
    await sync(db, planOf([]), { marker: 'm2' });
    expect((await directoryState(db, 'corp'))?.marker).toBe('m2');
  });

  it('is set to null in one place only (G20)', () => {
    const places = globSync('src/store/**/*.ts').filter(path =>
      /marker\s*=\s*null/.test(readFileSync(path, 'utf8')),
    );
    expect(places).toEqual(['src/store/current/directory-state.ts']);
  });
});
