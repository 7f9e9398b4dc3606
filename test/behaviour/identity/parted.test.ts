/** Groups that no longer share an AccessGroup: one result, and then no further writes. */

import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { ownedByName } from '../../../src/store/ownership/find.ts';
import { releaseGroup } from '../../../src/store/ownership/release.ts';
import { type Company, groupDn, openCompany } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { mapping } from '../../support/given/values.ts';

const OFF = { percent: 100, count: 1_000 };
const guard = { memberRemovals: OFF, groupMemberRemovals: OFF, groupRemovals: OFF };

const links = ({ db }: Company) =>
  rowsOf(
    db,
    sql`
      select d.cn, d.state::text, d.reason, g.name::text as group from directory_group d
      left join access_group g on g.id = d.access_group_id order by 1`,
  );

async function merged(name: string): Promise<Company> {
  const people = ['alice', 'bob', 'carol', 'dora'];
  const groups = { east: ['alice', 'bob'], west: ['bob', 'carol', 'dora'] };
  const mappings = [mapping({ name, merge: true })];
  const company = await openCompany({ people, groups, settings: { mappings, guard } });
  for (const cn of Object.keys(groups)) company.ldap.modify(groupDn(cn), { add: { ou: ['all'] } });
  await company.sync();
  expect(await company.members()).toEqual({ 'platform/all': people });
  return company;
}

describe('merged groups that are separated', () => {
  it('merge true becomes false: the first keeps the AccessGroup, the second is a conflict, run after run (G70)', async () => {
    await using company = await merged('all');
    company.settings = { ...company.settings, mappings: [mapping({ name: 'all', merge: false })] };
    expect(await company.sync()).toMatchObject({ status: 'succeeded', counts: { applied: { removed: 2 } } });
    expect(await company.members()).toEqual({ 'platform/all': ['alice', 'bob'] });
    expect(await links(company)).toEqual([
      { cn: 'east', state: 'linked', reason: null, group: 'all' },
      { cn: 'west', state: 'conflict', reason: 'name_conflict_managed', group: null },
    ]);
    expect(await company.written(() => company.sync())).toEqual([]);
    expect(await company.written(() => company.sync({ group: 'west' }))).toEqual([]);

    company.settings = { ...company.settings, mappings: [mapping({ name: 'all', merge: true })] };
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/all': ['alice', 'bob', 'carol', 'dora'] });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('if the ou of one group changes, its members move with it, and members of both stay (G71)', async () => {
    await using company = await merged('{ou}');
    company.ldap.modify(groupDn('west'), { replace: { ou: ['west'] } });
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({
      'platform/all': ['alice', 'bob'],
      'platform/west': ['bob', 'carol', 'dora'],
    });
    expect(await links(company)).toMatchObject([
      { group: 'all' },
      { cn: 'west', state: 'linked', group: 'west' },
    ]);
    expect(await company.written(() => company.sync())).toEqual([]);
  });
});

it('a group that is merged also feeds the AccessGroup that it had, until an administrator releases this one (G73)', async () => {
  const groups = { east: ['alice'], west: ['bob', 'carol'] };
  await using company = await openCompany({ groups, settings: { guard } });
  await company.sync();
  const mappings = [mapping({ name: 'all', merge: true })];
  company.settings = { ...company.settings, mappings };
  await company.sync();
  company.ldap.modify(groupDn('west'), { delete: { member: ['uid=bob,ou=people,dc=test'] } });
  await company.sync();
  expect(await company.members()).toEqual({ 'platform/all': ['alice', 'carol'], 'platform/west': ['carol'] });
  expect(await links(company)).toMatchObject([
    { cn: 'east', reason: null, group: 'all' },
    { cn: 'west', reason: 'merged_elsewhere', group: 'west' },
  ]);
  for (const more of [{}, { group: 'east' }, { group: 'west' }])
    expect(await company.written(() => company.sync(more))).toEqual([]);
  const { id } = await ownedByName(company.db, 'platform', 'west');
  await releaseGroup(company.db, id, { by: 'cli:ada', reason: 'CHG-1234', empty: true });
  expect(await company.members()).toEqual({ 'platform/all': ['alice', 'carol'], 'platform/west': [] });
  company.ldap.modify(groupDn('west'), { add: { member: ['uid=bob,ou=people,dc=test'] } });
  await company.sync();
  expect(await company.members()).toEqual({ 'platform/all': ['alice', 'bob', 'carol'], 'platform/west': [] });
  for (const more of [{}, { group: 'east' }])
    expect(await company.written(() => company.sync(more))).toEqual([]);
});
