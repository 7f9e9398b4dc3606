/** The truth table of who can access what, tested on the view access_effective. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database/database.ts';
import { rowsOf, seed } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { arrange, on, TABLE } from './truth-table.ts';

async function accessOfUser1(db: Database): Promise<Record<string, [number, string]>> {
  const rows = await rowsOf(
    db,
    sql<{ slug: string; type: number; via: string }>`
      select p.slug, a.type, a.via from access_effective a join project p on p.id = a.project_id
      where a.user_id = 1 order by p.slug`,
  );
  return Object.fromEntries(rows.map(row => [row.slug, [row.type, row.via]]));
}

describe('access_effective', () => {
  it.each(TABLE)('truth table row $row: $title', async situation => {
    await using fresh = await freshDatabase();
    await arrange(fresh.db, situation);
    expect(await accessOfUser1(fresh.db)).toEqual(situation.access);
  });

  it('truth table row 16: the rows of an inactive user stay and count again once active', async () => {
    await using fresh = await freshDatabase();
    await arrange(fresh.db, { row: 16, title: '', user: { active: false }, groups: [on(50, 1)], access: {} });
    await rowsOf(fresh.db, sql`update auth_user set is_active = true`);
    expect(await accessOfUser1(fresh.db)).toEqual({ p1: [50, 'group'] });
  });

  it('truth table row 18: a project of another team inside the group is impossible', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1, ['red', 'blue']);
    await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'dev')`);
    const foreign = sql`
      insert into access_group_projects (access_group_id, project_id)
      select 1, id from project where slug = 'p1' and team_id = 2`;
    await expect(rowsOf(fresh.db, foreign)).rejects.toMatchObject({
      code: '23514',
      constraint: 'access_group_projects_same_team',
    });
  });

  it('truth table row 18: neither end of an assignment moves to another team', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1, ['red', 'blue']);
    await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'dev'), (2, 'dev2')`);
    await rowsOf(
      fresh.db,
      sql`insert into access_group_projects (access_group_id, project_id) values (1, 1)`,
    );
    const moves = [
      sql`update project set team_id = 2, slug = 'moved' where id = 1`,
      sql`update access_group set team_id = 2 where id = 1`,
      sql`update access_group_projects set access_group_id = 2`,
    ];
    for (const move of moves) await expect(rowsOf(fresh.db, move)).rejects.toMatchObject({ code: '23514' });
    await rowsOf(fresh.db, sql`update project set team_id = 2, slug = 'free' where id = 2`);
    expect(await rowsOf(fresh.db, sql`select team_id from project where id = 2`)).toEqual([{ team_id: 2 }]);
  });
});
