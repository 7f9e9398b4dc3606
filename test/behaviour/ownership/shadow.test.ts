/** Mappings in shadow: planned in every run, while their groups stay as they are. */

import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { mapping } from '../../support/given/values.ts';

const CREW = ['p1', 'p2', 'p3', 'p4'];
const GROUPS = { crew: CREW, deck: ['p1', 'p2'] };
const crewIn = (shadow: object) => ({
  mappings: [mapping({ groups: { filter: '(cn=crew)' }, name: 'old-{cn}', ...shadow }), mapping()],
});
const SHADOW = { shadow: true } as const;
const OFF = { percent: 100, count: 1000 };
const guard = { memberRemovals: OFF, groupMemberRemovals: OFF, groupRemovals: OFF };

async function usernames({ db }: Company): Promise<string[]> {
  const rows = await rowsOf(db, sql<{ name: string }>`select username as name from auth_user order by 1`);
  return rows.map(({ name }) => name);
}

describe('a mapping in shadow', () => {
  it('creates no group, user or link; the run counts what it would do, and the first run without shadow does it (G95)', async () => {
    const people = [...CREW, 'new'];
    const groups = { crew: [...CREW, 'new'], deck: ['p1'] };
    await using company = await openCompany({
      people,
      local: CREW,
      groups,
      settings: { ...crewIn(SHADOW), guard },
    });
    company.settings = { ...company.settings, users: { ...company.settings.users, onUnknown: 'create' } };
    const { counts } = await company.sync();
    expect(counts.shadow).toEqual({ groups: 1, add: 5, remove: 0, held: 0 });
    expect(await company.members()).toEqual({ 'platform/deck': ['p1'] });
    expect(await usernames(company)).toEqual(CREW);
    company.settings = { ...company.settings, ...crewIn({}) };
    const live = await company.sync();
    expect(live.counts).toMatchObject({ applied: { groups: 1, added: 5, removed: 0 } });
    expect(live.counts.shadow).toBeUndefined();
    expect(await company.members()).toEqual({
      'platform/deck': ['p1'],
      'platform/old-crew': ['new', ...CREW],
    });
  });

  it('leaves a group as it is that was live before: its members, its name, and when it disappears (G96)', async () => {
    await using company = await openCompany({
      people: CREW,
      groups: GROUPS,
      settings: { ...crewIn({}), guard },
    });
    await company.sync();
    const before = await company.members();
    company.settings = { ...company.settings, ...crewIn({ ...SHADOW, name: 'new-{cn}' }) };
    company.ldap.modify(groupDn('crew'), { delete: { member: [personDn('p1'), personDn('p2')] } });
    company.ldap.modify(groupDn('deck'), { delete: { member: [personDn('p1')] } });
    expect((await company.sync()).counts.shadow).toEqual({ groups: 1, add: 0, remove: 2, held: 0 });
    expect(await company.members()).toEqual({ ...before, 'platform/deck': ['p2'] });
    company.ldap.delete(groupDn('crew'));
    for (let run = 0; run < 3; run++) await company.sync();
    expect(await company.members()).toEqual({ ...before, 'platform/deck': ['p2'] });
    company.settings = { ...company.settings, ...crewIn({ name: 'new-{cn}' }) };
    await company.sync();
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/old-crew': [], 'platform/deck': ['p2'] });
  });

  it('counts the removals that the guard would hold, and the guard judges the live groups alone (G96)', async () => {
    await using company = await openCompany({ people: CREW, groups: GROUPS, settings: crewIn({}) });
    await company.sync();
    company.settings = { ...company.settings, ...crewIn(SHADOW) };
    company.ldap.modify(groupDn('crew'), { replace: { member: [personDn('p4')] } });
    const run = await company.sync();
    expect(run).toMatchObject({
      status: 'succeeded',
      counts: { shadow: { groups: 1, add: 0, remove: 3, held: 3 } },
    });
    expect(run.counts.held).toBeUndefined();
    company.settings = { ...company.settings, ...crewIn({}) };
    expect(await company.sync()).toMatchObject({ status: 'held', counts: { held: { removals: 3 } } });
  });
});
