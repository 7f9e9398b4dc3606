/** The search: what each kind is found by, its order and its limits. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Found } from '../../../src/model/operations/search.ts';
import { createGroup } from '../../../src/store/manual/groups.ts';
import { search } from '../../../src/store/queries/search.ts';
import { creation, ids, planOf, rowsOf, seed, sync, uuid } from '../../support/given/saved-plan.ts';
import { type FreshDatabase, freshDatabase } from '../../support/servers/database.ts';

let fresh: FreshDatabase;

beforeAll(async () => {
  fresh = await freshDatabase();
  const { db } = fresh;
  await seed(db, 30, ['red', 'blue']);
  await rowsOf(
    db,
    sql`
      insert into auth_user (username, full_name, email) values
        ('ada', 'Ada Lovelace', 'countess@example.org'), ('a_b', 'Under Score', ''), ('axb', 'Other', '')`,
  );
  await sync(db, planOf([creation(1, ids(1, 2)), creation(2, ids(3))]));
  await rowsOf(
    db,
    sql`
      insert into directory_user (directory, external_id, dn, username, user_id, matched_by, run_id) values
        ('corp', ${uuid(101)}, 'CN=Five 100%,OU=Staff,DC=example', 'FIVE_OLD', 5, 'username', 1),
        ('corp', ${uuid(102)}, ${`cn=${'x'.repeat(5_000)}`}, ${'y'.repeat(5_000)}, 6, 'username', 1)`,
  );
  await rowsOf(
    db,
    sql`
      insert into directory_group (directory, external_id, dn, cn, mapping, state, reason) values
        ('corp', ${uuid(201)}, 'cn=taken,dc=example', 'taken', '', 'conflict', 'name_taken')`,
  );
  await rowsOf(
    db,
    sql`
      insert into unresolved_member (directory, group_external_id, member, reason, run_id) values
        ('corp', ${uuid(1)}, 'uid=stranger,dc=example', 'no_such_user', 1),
        ('corp', ${uuid(2)}, 'uid=stranger,dc=example', 'no_such_user', 1)`,
  );
  await createGroup(db, { team: 'blue', name: 'group1', type: 50, actor: 'ops' });
  await rowsOf(db, sql`analyze`);
});
afterAll(() => fresh[Symbol.asyncDispose]());

/** A result in one text. */
function named(found: Found): string {
  switch (found.kind) {
    case 'person':
      return `person ${found.username}`;
    case 'group':
      return `group ${found.team}/${found.name}`;
    case 'entry':
      return `entry ${found.dn} ${found.group ?? '-'}`;
    case 'project':
      return `project ${found.team}/${found.slug}`;
    case 'team':
      return `team ${found.slug}`;
    case 'run':
      return `run ${found.id}`;
  }
}

async function find(text: string, limit = 5) {
  const { items, incomplete } = await search(fresh.db, text, limit);
  return { names: items.map(named), incomplete };
}

describe('the search', () => {
  it.each([
    ['LOVE', ['person ada']],
    ['COUNTESS@exam', ['person ada']],
    ['five_old', ['person user5']],
    ['cn=five 100%', ['person user5']],
    ['cn=five 1%', []],
    ['a_b', ['person a_b']],
    ['%', []],
    ['blue/group1', ['group blue/group1']],
    [uuid(2), ['group red/group2']],
    ['blue', ['team blue']],
    ['p1', ['project blue/p1', 'project red/p1']],
    ['1', ['run 1']],
    ['#1', ['run 1']],
    ['999999999999999', []],
    ['taken', ['entry cn=taken,dc=example -']],
    ['stranger', ['entry uid=stranger,dc=example group1']],
    ["'; drop table team --", []],
    ['x'.repeat(200), []],
  ])('finds by %j', async (text, names) => {
    expect(await find(text)).toEqual({ names, incomplete: [] });
  });

  it('finds a group by a DN of the directory', async () => {
    const [{ dn } = { dn: '' }] = await rowsOf(
      fresh.db,
      sql<{ dn: string }>`select dn from directory_group where external_id = ${uuid(1)}`,
    );
    expect((await find(dn)).names).toEqual(['group red/group1']);
  });

  it('shows the exact username first, and says which kinds have more results than the limit', async () => {
    expect(await find('user3', 1)).toEqual({ names: ['person user3'], incomplete: ['person'] });
    expect((await find('user', 3)).names).toEqual(['person user1', 'person user10', 'person user11']);
  });

  it('leaves out a kind whose search takes too long, and says so', async () => {
    await using blocked = await lockOn('team');
    expect(blocked.held).toBe(true);
    const found = await search(fresh.db, 'blue', 5, { limitMs: 50 });
    expect(found).toEqual({ items: [], incomplete: ['group', 'team', 'project'] });
  });
});

/** Keeps all reads of a table waiting. */
async function lockOn(table: string) {
  const em = fresh.db.orm.em.fork();
  await em.begin();
  await em.execute(`lock table ${table}`);
  return { held: em.isInTransaction(), [Symbol.asyncDispose]: () => em.rollback() };
}
