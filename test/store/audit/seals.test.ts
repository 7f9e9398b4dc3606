/** The seals of the audit: the changes that they show, and those that are allowed. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Breach } from '../../../src/model/audit.ts';
import { removeReplacedSeals, sealForRetention, sealKept } from '../../../src/store/audit/replace-seals.ts';
import { NO_BORDERS, sealNext } from '../../../src/store/audit/seal.ts';
import { verifyAudit } from '../../../src/store/audit/verify.ts';
import { removeOldMemberChanges, removeOldSeals } from '../../../src/store/runs/retention.ts';
import { sealSome } from '../../../src/store/status/seal-notices.ts';
import { anchorIn, breachesIn, sealAll, sealed, setMembers, tamper } from '../../support/given/audit.ts';
import { ids, rowsOf } from '../../support/given/saved-plan.ts';

const DAY_MS = 86_400_000;
const CHANGE = `update membership_change set actor = 'ines' where id = 3`;
const CUT_TAIL = [
  'delete from membership_change where xact = (select xact from audit_seal order by number desc limit 1)',
  'delete from audit_seal where number = (select max(number) from audit_seal)',
];
const AGE = [
  'delete from audit_seal',
  `update membership_change set at = at - interval '50 days' where run_id < (select max(run_id) from membership_change)`,
  `update access_group_change set at = at - interval '50 days'`,
];

describe('a sealed audit', () => {
  let fresh: Awaited<ReturnType<typeof sealed>>;
  beforeAll(async () => {
    fresh = await sealed();
  });
  afterAll(() => fresh[Symbol.asyncDispose]());

  /** Runs `work` in a transaction that is rolled back. */
  async function tried<Result>(work: (em: EntityManager) => Promise<Result>): Promise<Result> {
    const em = fresh.db.orm.em.fork();
    await em.begin();
    try {
      return await work(em);
    } finally {
      await em.rollback();
    }
  }

  it.each<[string, Breach['kind'][], string[]]>([
    ['nothing', [], []],
    ['a changed row', ['rows'], [CHANGE]],
    ['a changed row of a group', ['rows'], [`update access_group_change set actor = 'ines'`]],
    ['a removed row', ['rows'], ['delete from membership_change where id = 3']],
    ['a removed transaction', ['rows'], ['delete from membership_change where run_id = 2']],
    [
      'a row that was added to an earlier transaction',
      ['rows'],
      [
        `insert into membership_change
          (action, access_group_id, user_id, username, group_name, team_slug, reason, xact)
        select action, access_group_id, 4, 'user4', group_name, team_slug, reason, xact from membership_change
        where id = 1`,
      ],
    ],
    [
      'a row with a transaction of its own between sealed ones',
      ['rows'],
      [
        `insert into membership_change
          (action, access_group_id, user_id, username, group_name, team_slug, reason, xact)
        values ('add', 1, 4, 'user4', 'group1', 'red', 'member', '1')`,
      ],
    ],
    ['a changed seal', ['chain', 'rows'], ['update audit_seal set row_count = 9 where number = 2']],
    ['a removed seal', ['chain', 'rows'], ['delete from audit_seal where number = 2']],
    [
      'a removed beginning',
      ['chain'],
      [
        'delete from membership_change where run_id = 1',
        'delete from access_group_change',
        'delete from audit_seal where number = 1',
      ],
    ],
  ])('shows %s', async (_, expected, statements) => {
    const found = await tried(async em => {
      await tamper(em, statements);
      return breachesIn(em);
    });
    expect(found).toEqual(expected);
  });

  it('shows a removed end only if an anchor was kept', async () => {
    await tried(async em => {
      const anchor = await anchorIn(em);
      await tamper(em, CUT_TAIL);
      expect(await breachesIn(em)).toEqual([]);
      expect(await breachesIn(em, anchor)).toEqual(['anchor']);
    });
  });

  it('shows that all of it was sealed again only if an anchor was kept', async () => {
    await tried(async em => {
      const anchor = await anchorIn(em);
      await tamper(em, ['delete from audit_seal', CHANGE]);
      await sealNext(em);
      expect(await breachesIn(em)).toEqual([]);
      expect(await breachesIn(em, anchor)).toEqual(['anchor']);
    });
  });

  it('records that rows had been changed before retention replaced their seals', async () => {
    await tried(async em => {
      await tamper(em, AGE);
      await sealNext(em);
      await tamper(em, [CHANGE]);
      await sealKept(em, 40 * DAY_MS);
      expect(await breachesIn(em)).toEqual(['replaced']);
    });
  });

  it.each([
    [
      ['kept'],
      `update membership_change set actor = 'ines' where id = (select min(id) from membership_change)`,
    ],
    [['kept'], 'delete from membership_change where id = (select min(id) from membership_change)'],
    [['chain'], 'delete from audit_seal where number < (select max(number) from audit_seal)'],
  ])('shows %s after retention: %s', async (expected, statement) => {
    await tried(async em => {
      await tamper(em, AGE);
      await sealNext(em);
      const { memberBorder } = await sealKept(em, 40 * DAY_MS);
      await tamper(em, [
        `delete from membership_change where id < ${memberBorder} and action = 'remove'`,
        `delete from membership_change where id = 1`,
        statement,
      ]);
      expect(await breachesIn(em)).toEqual(expect.arrayContaining(expected));
    });
  });

  it('keeps rows without a seal in retention', async () => {
    await tried(async em => {
      await tamper(em, AGE);
      expect(await sealKept(em, 40 * DAY_MS)).toEqual(NO_BORDERS);
    });
  });

  it('refuses changes of its seals, and removals by the previous release', async () => {
    for (const edit of [
      sql`update audit_seal set number = 9`,
      sql`delete from audit_seal`,
      sql`truncate audit_seal`,
    ])
      await expect(rowsOf(fresh.db, edit)).rejects.toThrow('audit_seal is append-only');
    const marked = tried(async em => {
      await em.execute(`select set_config('rollcall.retention', 'on', true)`);
      await em.execute('delete from membership_change');
    });
    await expect(marked).rejects.toThrow('membership_change is append-only');
  });
});

describe('a growing audit', () => {
  it('has one seal for each transaction in commit order, also if several processes seal it', async () => {
    await using fresh = await sealed();
    const anchor = await anchorIn(fresh.db.orm.em.fork());
    const slow = fresh.db.orm.em.fork();
    await slow.begin();
    await slow.execute(`insert into access_group (team_id, name) values (1, 'slow')`);
    await setMembers(fresh.db, ids(1, 4));
    expect(await sealSome(fresh.db, () => [])).toBeUndefined();
    expect(await verifyAudit(fresh.db, [])).toMatchObject({ breaches: [], unsealed: 4 });
    await slow.commit();
    await Promise.all(Array.from({ length: 6 }, () => sealSome(fresh.db, () => [])));
    await sealAll(fresh.db);
    expect(await verifyAudit(fresh.db, [anchor])).toMatchObject({ breaches: [], seals: 6, tooOld: 0 });
  });

  it('agrees with its seals before, during and after retention, which continues day by day', async () => {
    await using fresh = await sealed();
    await fresh.db.orm.em.fork().transactional(em => tamper(em, AGE));
    await sealAll(fresh.db);
    const anchor = await anchorIn(fresh.db.orm.em.fork());
    const first = { number: 1, head: '0'.repeat(64) };
    const borders = await sealForRetention(fresh.db, 40 * DAY_MS);
    expect(await verifyAudit(fresh.db, [anchor])).toMatchObject({ breaches: [], rows: 7 });
    await removeOldMemberChanges(fresh.db, borders);
    await removeOldSeals(fresh.db);
    const kept = await verifyAudit(fresh.db, [anchor, first]);
    expect(kept).toMatchObject({ breaches: [], rows: 5, tooOld: 1, replacing: { kind: 'retention' } });
    expect(await sealForRetention(fresh.db, 40 * DAY_MS)).toEqual(borders);
    await setMembers(fresh.db, ids(1, 4));
    await sealAll(fresh.db);
    await sealForRetention(fresh.db, 1);
    await fresh.db.orm.em.fork().transactional(async em => {
      await em.execute(`select set_config('rollcall.retention', 'sealed', true)`);
      await removeReplacedSeals(em);
    });
    expect(await verifyAudit(fresh.db, [])).toMatchObject({ breaches: [], seals: 2, unsealed: 0 });
  });
});
