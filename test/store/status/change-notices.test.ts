/** Webhooks are notified of each membership change once, a message for each run. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { NewNotice, RunChanges } from '../../../src/model/status/alarm.ts';
import { changeNotices } from '../../../src/plan/report/change-messages.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { noteChanges } from '../../../src/store/status/change-notices.ts';
import { creation, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { until } from '../../support/observe/until.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const HOOK = { name: 'cache', showNames: false };
const NO_LINK = { publicUrl: undefined, after: '1-member-1', now: new Date('2026-03-01T12:00:00Z') };

/** Repeats `noteChanges` until it returns changes, and returns these. */
function noted(db: Database): Promise<readonly RunChanges[]> {
  return until('there are changes to note', async () => {
    const seen: RunChanges[] = [];
    await noteChanges(db, HOOK.name, (changes, facts) => {
      seen.push(...changes);
      return changeNotices(HOOK, changes, { ...facts, publicUrl: undefined });
    });
    return seen.length > 0 && seen;
  });
}

const begin = (db: Database) => noteChanges(db, HOOK.name, () => []);
const hand = (db: Database, ...users: number[]) =>
  rowsOf(
    db,
    sql`insert into access_group_members (access_group_id, user_id) select 1, unnest(${users}::int[])`,
  );

async function withDesk() {
  const fresh = await freshDatabase();
  await seed(fresh.db, 5);
  await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'desk')`);
  return fresh;
}

/** Whether clients may see all changes: a running transaction of the server delays later ones. */
async function areFinal(db: Database): Promise<boolean> {
  const [row] = await rowsOf(
    db,
    sql<{
      final: boolean;
    }>`select bool_and(xact < pg_snapshot_xmin(pg_current_snapshot())) as final from membership_change`,
  );
  return row?.final === true;
}

describe('noteChanges', () => {
  it('begins with the changes after its first call, and notes each once', async () => {
    await using fresh = await withDesk();
    const { db } = fresh;
    await hand(db, 1);
    await until('the first row is final', () => areFinal(db));
    await begin(db);
    await begin(db);
    const run = await sync(db, planOf([creation(1, ids(1, 2)), creation(2, ids(3))]));
    await hand(db, 2, 3);
    await rowsOf(db, sql`delete from access_group_members where access_group_id = 1 and user_id = 2`);
    const all = await until('all rows are noted', async () => (await areFinal(db)) && noted(db));
    expect(all).toEqual([
      {
        run: run?.id,
        directory: 'corp',
        groups: [
          { id: 2, team: 'red', name: 'group1', added: 2, removed: 0 },
          { id: 3, team: 'red', name: 'group2', added: 1, removed: 0 },
        ],
      },
      { run: null, directory: null, groups: [{ id: 1, team: 'red', name: 'desk', added: 2, removed: 1 }] },
    ]);
    expect(await begin(db)).toEqual([]);
    expect(await rowsOf(db, sql`select webhook, state from notice`)).toEqual([
      { webhook: 'cache', state: 'waiting' },
      { webhook: 'cache', state: 'waiting' },
    ]);
  });

  it('waits for the end of a run, so that its changes are one message', async () => {
    await using fresh = await withDesk();
    const { db } = fresh;
    await begin(db);
    const run = await sync(db, planOf([creation(1, ids(1))]));
    await rowsOf(db, sql`update sync_run set status = 'applying' where id = ${run?.id}`);
    await hand(db, 4);
    await until('the rows are final', () => areFinal(db));
    expect(await begin(db)).toEqual([]);
    await rowsOf(db, sql`update sync_run set status = 'succeeded' where id = ${run?.id}`);
    expect((await noted(db)).map(({ run: each }) => each)).toEqual([run?.id, null]);
  });

  it('is done by one of several processes', async () => {
    await using fresh = await withDesk();
    const { db } = fresh;
    await begin(db);
    await hand(db, 1, 2);
    const counts = await until('one has noted it', async () => {
      const build = (changes: readonly RunChanges[]): NewNotice[] =>
        changes.map(() => ({ webhook: HOOK.name, body: '{}' }));
      const all = await Promise.all([1, 2, 3].map(() => noteChanges(db, HOOK.name, build)));
      return all.flat().length > 0 && all.map(notices => notices.length);
    });
    expect(counts.toSorted((a, b) => a - b)).toEqual([0, 0, 1]);
  });
});

describe('changeNotices', () => {
  const groups = [{ id: 3, team: 'platform', name: 'eng', added: 2, removed: 1 }];
  const bodyOf = (notices: readonly NewNotice[]) => notices.map(({ body }) => JSON.parse(body));

  it('has ids and counts, and names only where the webhook asks for them', () => {
    const changes = [{ run: 7, directory: 'corp', groups }];
    const facts = { ...NO_LINK, publicUrl: 'https://rollcall.example.com' };
    expect(bodyOf(changeNotices(HOOK, changes, facts))).toEqual([
      {
        type: 'membership.changed',
        timestamp: '2026-03-01T12:00:00.000Z',
        data: {
          run: 7,
          directory: 'corp',
          counts: { groups: 1, added: 2, removed: 1 },
          groups: [{ id: 3, added: 2, removed: 1 }],
          after: '1-member-1',
          link: 'https://rollcall.example.com/#/runs/7',
        },
      },
    ]);
    const [named] = bodyOf(changeNotices({ ...HOOK, showNames: true }, changes, facts));
    expect(named.data.groups).toEqual(groups);
  });

  it('says "many" instead of more than 500 groups', () => {
    const many = Array.from({ length: 501 }, (_, id) => ({ id, team: 't', name: 'g', added: 1, removed: 0 }));
    const [body] = bodyOf(changeNotices(HOOK, [{ run: null, directory: null, groups: many }], NO_LINK));
    expect(body.data).toMatchObject({ groups: 'many', counts: { groups: 501, added: 501, removed: 0 } });
  });
});
