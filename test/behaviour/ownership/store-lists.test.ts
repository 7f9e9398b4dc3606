/** The lists of a directory's groups and unresolved members: pages, words, states, and the indexes behind them. */
import { type RawBuilder, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database/database.ts';
import {
  knowsDirectory,
  listDirectoryGroups,
  listUnresolved,
} from '../../../src/store/queries/directory-groups.ts';
import { creation, ids, planOf, rowsOf, seed, sync, uuid } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

/** group1 is linked; the others are in conflict, one of them twice by name. */
async function filled(db: Database): Promise<void> {
  await seed(db, 2);
  await sync(
    db,
    planOf([creation(1, ids(1))], {
      unresolved: {
        appeared: ['uid=ghost,dc=test', 'uid=other,dc=test'].map(member => ({
          groupExternalId: uuid(1),
          member,
          reason: 'no_local_user',
        })),
        resolved: [],
      },
    }),
  );
  await rowsOf(
    db,
    sql`
      insert into directory_group (directory, external_id, dn, cn, mapping, state, reason)
      select 'corp', ('00000000-0000-4000-8000-0000000001' || lpad(n::text, 2, '0'))::uuid, 'cn=eng-' || n || ',dc=test',
        case when n < 3 then 'eng-same' else 'eng-' || n end, 'm', 'conflict', 'name_conflict_new'
      from generate_series(1, 6) n`,
  );
}

async function pagesOf<Item, Key>(
  page: (
    after: Key | undefined,
  ) => Promise<{ readonly items: readonly Item[]; readonly next: Key | undefined }>,
): Promise<Item[][]> {
  const pages: Item[][] = [];
  let after: Key | undefined;
  do {
    const { items, next } = await page(after);
    pages.push([...items]);
    after = next;
  } while (after !== undefined);
  return pages;
}

describe('listDirectoryGroups', () => {
  it('lists every group once, by name, with any page size', async () => {
    await using fresh = await freshDatabase();
    await filled(fresh.db);
    const pages = await pagesOf((after: readonly [string, string] | undefined) =>
      listDirectoryGroups(fresh.db, 'corp', { limit: 3, after }),
    );
    expect(pages.map(page => page.map(group => group.name))).toEqual([
      ['eng-3', 'eng-4', 'eng-5'],
      ['eng-6', 'eng-same', 'eng-same'],
      ['group1'],
    ]);
    expect(pages.at(-1)).toMatchObject([
      { state: 'linked', team: 'red', groupName: 'group1', unresolved: 2, frozen: false },
    ]);
  });

  it('finds by the words of name and DN, and by state', async () => {
    await using fresh = await freshDatabase();
    await filled(fresh.db);
    const found = async (filter: object) =>
      (await listDirectoryGroups(fresh.db, 'corp', { limit: 50, ...filter })).items.map(group => group.name);
    expect(await found({ search: 'same' })).toEqual(['eng-same', 'eng-same']);
    expect(await found({ search: 'eng 5' })).toEqual(['eng-5']);
    expect(await found({ state: 'linked' })).toEqual(['group1']);
    expect(await found({ state: 'frozen' })).toEqual([]);
    expect(await found({ search: "'); drop" })).toEqual([]);
    expect(await knowsDirectory(fresh.db, 'corp')).toBe(true);
    expect(await knowsDirectory(fresh.db, 'branch')).toBe(false);
  });

  it('reads a page by its index, not by sorting the directory', async () => {
    await using fresh = await freshDatabase();
    await filled(fresh.db);
    await rowsOf(
      fresh.db,
      sql`
        insert into directory_group (directory, external_id, dn, cn, mapping, state)
        select 'corp', gen_random_uuid(), 'cn=many' || n || ',dc=test', 'many' || n, 'm', 'conflict'
        from generate_series(1, 5000) n`,
    );
    await rowsOf(fresh.db, sql`analyze directory_group`);
    const page = sql`
      select * from directory_group d
      where d.directory = 'corp' and (left(d.cn, 64), d.external_id) > ('many2', ${uuid(1)}::uuid)
      order by left(d.cn, 64), d.external_id limit 50`;
    expect(await planOfQuery(fresh.db, page)).toContain('directory_group_name_index');
  });
});

describe('listUnresolved', () => {
  it('lists every member value once, and searches by words', async () => {
    await using fresh = await freshDatabase();
    await filled(fresh.db);
    const pages = await pagesOf((after: readonly [number] | undefined) =>
      listUnresolved(fresh.db, 'corp', { limit: 1, after }),
    );
    expect(pages.flat()).toMatchObject([
      { member: 'uid=ghost,dc=test', groupName: 'group1', reason: 'no_local_user', since: expect.any(Date) },
      { member: 'uid=other,dc=test' },
    ]);
    const found = await listUnresolved(fresh.db, 'corp', { limit: 9, search: 'ghost' });
    expect(found.items.map(({ member }) => member)).toEqual(['uid=ghost,dc=test']);
  });
});

async function planOfQuery(db: Database, statement: RawBuilder<unknown>): Promise<string> {
  const rows = await rowsOf(db, sql<{ 'QUERY PLAN': string }>`explain ${statement}`);
  return rows.map(row => row['QUERY PLAN']).join('\n');
}
