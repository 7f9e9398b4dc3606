/** The first sync from OpenLDAP gives every group its true members, and the second changes nothing. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { makeOrganisation } from '../../dev/organisation/generate/organisation.ts';
import type { Size } from '../../dev/organisation/model/model.ts';
import { expectedAtFirst } from '../../dev/organisation/truth/truth.ts';
import { query } from '../../src/store/database/sql.ts';
import { openLivedInCompany } from '../support/given/lived-in-company.ts';

describe('a sync from OpenLDAP', () => {
  it.each<Size>(['S', 'M'])(
    'gives every group of an organisation of size %s its true members, and writes nothing the second time',
    async size => {
      const organisation = makeOrganisation({ size });
      await using scene = await openLivedInCompany(organisation);

      expect((await scene.sync()).status).toBe('succeeded');
      expect(await scene.managed()).toEqual(expectedAtFirst(organisation));

      expect(await scene.syncForNothing()).toEqual({ status: 'succeeded', written: [] });
    },
  );

  it('writes in the first run (so the check of the second run can fail)', async () => {
    await using scene = await openLivedInCompany(makeOrganisation({ size: 'S' }));
    const { written } = await scene.syncForNothing();
    expect(written).toEqual(
      expect.arrayContaining(['access_group_members', 'membership_change_id_seq', 'berlin/admins']),
    );
  });

  it('does not change a manual group that has the name of a directory group (A10)', async () => {
    await using scene = await openLivedInCompany(makeOrganisation({ size: 'S' }));
    await scene.sync();
    const rows = await query(
      scene.db.orm.em.fork(),
      sql`
        select g.name, g.managed, u.username
        from access_group g
        join access_group_members m on m.access_group_id = g.id
        join auth_user u on u.id = m.user_id
        where g.name = 'Handmade'`,
    );
    expect(rows).toEqual([{ name: 'Handmade', managed: false, username: 'local.only' }]);
  });
});
