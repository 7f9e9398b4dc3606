/** The last owner of a team stays in any case; everything else is applied. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { runGroups } from '../../../src/store/runs/request.ts';
import { groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { mapping } from '../../support/given/values.ts';
import { forceSql } from '../../support/servers/force.ts';

const mappings = [
  mapping({ groups: { filter: '(cn=owners*)' }, type: 0 }),
  mapping({ groups: { filter: '(cn=devs)' } }),
];

describe('the last effective owner', () => {
  it('stays in the only owner-level group, warned about; the rest of the run is applied (F66)', async () => {
    const groups = { owners: ['alice', 'bob'], devs: ['alice'] };
    await using company = await openCompany({ groups, settings: { mappings } });
    await company.sync();
    company.ldap.modify(groupDn('owners'), { replace: { member: [] } });
    company.ldap.modify(groupDn('devs'), { replace: { member: [personDn('carol')] } });
    const run = await company.sync();
    expect(run).toMatchObject({ status: 'succeeded', counts: { applied: { added: 1, removed: 2 } } });
    expect(await company.members()).toEqual({ 'platform/devs': ['carol'], 'platform/owners': ['alice'] });
    expect(await runGroups(company.db, run.id)).toMatchObject([
      { name: 'devs', outcome: 'applied' },
      { name: 'owners', outcome: 'applied', removed: 1, reason: 'last_owner' },
    ]);
    // The second read records it; after that nothing is written.
    await company.sync();
    expect(await company.written(() => company.sync())).toEqual([]);
    expect(await company.members()).toMatchObject({ 'platform/owners': ['alice'] });

    company.ldap.modify(groupDn('owners'), { replace: { member: [personDn('carol')] } });
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toMatchObject({ 'platform/owners': ['carol'] });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('stays when its group is deleted, and the AccessGroup with it (F66)', async () => {
    const groups = { owners: ['alice'], devs: ['bob'] };
    await using company = await openCompany({ groups, settings: { mappings, onMissingGroup: 'delete' } });
    await company.sync();
    company.ldap.delete(groupDn('owners'));
    await company.sync();
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/devs': ['bob'], 'platform/owners': ['alice'] });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('stays when only inactive people are added (F66, G24)', async () => {
    await using company = await openCompany({ groups: { owners: ['alice'] }, settings: { mappings } });
    await company.sync();
    await forceSql(
      company.db,
      sql`update auth_user set is_active = false where username in ('bob', 'carol')`,
    );
    company.ldap.modify(groupDn('owners'), { replace: { member: [personDn('bob'), personDn('carol')] } });
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/owners': ['alice', 'bob', 'carol'] });
    company.ldap.modify(groupDn('owners'), { replace: { member: [personDn('bob')] } });
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/owners': ['alice', 'bob'] });
  });
});
