/** The identity of a directory group in unclear cases, and the entries with problems in the status. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { groupDn, groupEntry, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { mapping, uuid } from '../../support/given/values.ts';

describe('one directory group', () => {
  it('that two mappings of two teams match becomes one AccessGroup, in the team of the first (A21)', async () => {
    const mappings = [mapping(), mapping({ team: 'sales', createTeam: true })];
    await using company = await openCompany({ groups: { devs: ['alice'] }, settings: { mappings } });
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/devs': ['alice'] });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('with the UUID of a deleted group is that group: it gets its row, level and projects (B6)', async () => {
    await using company = await openCompany({ groups: { devs: ['alice'], ops: ['bob'] } });
    await company.sync();
    await rowsOf(company.db, sql`update access_group set type = 100 where name = 'devs'`);
    const [before] = await rowsOf(
      company.db,
      sql<{ id: number }>`select id from access_group where name = 'devs'`,
    );
    company.ldap.delete(groupDn('devs'));
    company.ldap.add(groupEntry('makers', ['carol'], { entryUUID: [uuid(1001)] }));
    expect(await company.sync()).toMatchObject({
      status: 'succeeded',
      counts: { plan: { rename: 1, missing: 0 } },
    });
    expect(await company.members()).toEqual({ 'platform/makers': ['carol'], 'platform/ops': ['bob'] });
    expect(await rowsOf(company.db, sql`select id, type from access_group where name = 'makers'`)).toEqual([
      { id: before?.id, type: 100 },
    ]);
    expect(await company.written(() => company.sync())).toEqual([]);
  });
});

describe('the status', () => {
  it('names group, DN, attribute and reason of the first entries with a problem, and counts them all (F72)', async () => {
    const strangers = Array.from({ length: 12 }, (_, n) => `x${String(n).padStart(2, '0')}`);
    await using company = await openCompany({ groups: { devs: ['alice', ...strangers] }, local: ['alice'] });
    company.ldap.add(groupEntry('hand', ['alice', 'bob'], { entryUUID: [uuid(1010)], memberUid: ['ghost'] }));
    await rowsOf(company.db, sql`insert into access_group (team_id, name) values (1, 'hand')`);
    await company.sync();
    const { problems, unresolved, groups } = await company.status();
    expect({ unresolved, conflicts: groups.conflict }).toEqual({ unresolved: 14, conflicts: 1 });
    expect(problems.total).toBe(15);
    expect(problems.first).toHaveLength(10);
    expect(problems.first[0]).toMatchObject({
      group: 'hand',
      dn: groupDn('hand'),
      reason: 'name_conflict_manual',
    });
    expect(problems.first.slice(1, 10)).toContainEqual({
      group: 'devs',
      dn: groupDn('devs'),
      member: personDn('x00'),
      attribute: 'member',
      reason: 'dangling_dn',
      message: undefined,
    });
    const rows = await rowsOf(
      company.db,
      sql`select member, attribute, reason from unresolved_member where reason <> 'dangling_dn' order by member`,
    );
    expect(rows).toEqual([
      { member: 'ghost', attribute: 'memberUid', reason: 'no_directory_user' },
      { member: personDn('bob'), attribute: 'uid', reason: 'no_local_user' },
    ]);
    expect(await company.written(() => company.sync())).toEqual([]);
  });
});
