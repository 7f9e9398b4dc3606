/** Mappings in shadow: planned in every run, while their groups stay as they are. */

import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/app/operations/explain.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { adoptGroup, previewAdoption } from '../../../src/jobs/adopt-group.ts';
import { previewRelink, relinkDirectory } from '../../../src/jobs/relink-directory.ts';
import { createGroup } from '../../../src/store/manual/groups.ts';
import { ownedByName } from '../../../src/store/ownership/find.ts';
import { getGroup, groupNamed } from '../../../src/store/queries/groups.ts';
import { listShadow, listShadowMembers } from '../../../src/store/shadow/list.ts';
import { type Company, groupDn, groupEntry, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { mapping, uuid } from '../../support/given/values.ts';

const CREW = ['p1', 'p2', 'p3', 'p4'];
const GROUPS = { crew: CREW, deck: ['p1', 'p2'] };
const crewIn = (shadow: object) => ({
  mappings: [mapping({ groups: { filter: '(cn=crew)' }, name: 'old-{cn}', ...shadow }), mapping()],
});
const SHADOW = { shadow: true } as const;
const OFF = { percent: 100, count: 1000 };
const guard = { memberRemovals: OFF, groupMemberRemovals: OFF, groupRemovals: OFF };

/** The groups that would change, and the people who would come (+) and go (-). */
async function drift({ db, settings }: Company) {
  const groups = await listShadow(db, settings.name, { limit: 100 });
  const members = await listShadowMembers(db, settings.name, { limit: 100 });
  const words = members.items.map(
    ({ action, username, isNew }) => `${action === 'add' ? '+' : '-'}${username}${isNew ? ' (new)' : ''}`,
  );
  return { groups: groups.items, members: words };
}

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

  it('names who would come and go and why, since the run that found it, until the shadow is gone (G95)', async () => {
    await using company = await openCompany({
      people: [...CREW, 'new'],
      local: CREW,
      groups: { crew: [...CREW, 'new'], deck: ['p1'] },
      settings: { ...crewIn(SHADOW), guard },
    });
    company.settings = { ...company.settings, users: { ...company.settings.users, onUnknown: 'create' } };
    const first = await company.sync();
    const group = { mapping: 'platform/old-{cn}', kind: 'create', dn: groupDn('crew'), team: 'platform' };
    expect(await drift(company)).toMatchObject({
      groups: [{ ...group, name: 'old-crew', accessGroupId: null, add: 5, remove: 0, runId: first.id }],
      members: ['+new (new)', '+p1', '+p2', '+p3', '+p4'],
    });
    expect(await company.written(() => company.sync())).toEqual([]);
    company.ldap.modify(groupDn('crew'), { delete: { member: [personDn('p1')] } });
    await company.sync();
    const { groups, members } = await drift(company);
    expect(groups).toMatchObject([{ add: 4, runId: first.id }]);
    expect(members).not.toContain('+p1');
    expect((await company.status()).shadow).toEqual({
      groups: 1,
      add: 4,
      remove: 0,
      held: 0,
      since: groups[0]?.since,
    });
    company.settings = { ...company.settings, ...crewIn({}) };
    await company.sync();
    expect(await drift(company)).toEqual({ groups: [], members: [] });
  });

  it('shows an AccessGroup that differs as frozen, with the difference and why each member would go (G96)', async () => {
    await using company = await openCompany({ people: CREW, groups: GROUPS, settings: crewIn({}) });
    await company.sync();
    company.settings = { ...company.settings, ...crewIn(SHADOW) };
    const id = await groupNamed(company.db, 'platform', 'old-crew');
    await company.sync();
    expect(await getGroup(company.db, id)).toMatchObject({ state: 'in_sync', shadow: null });
    company.ldap.modify(groupDn('crew'), { replace: { member: [personDn('p4')] } });
    const run = await company.sync();
    expect(await getGroup(company.db, id)).toMatchObject({
      state: 'frozen',
      inDirectory: null,
      shadow: { mapping: 'platform/old-{cn}', add: 0, remove: 3 },
    });
    expect((await company.status()).states).toMatchObject({ frozen: 1, in_sync: 1 });
    const members = {
      items: [{ username: 'p1', action: 'remove', reason: 'not_member', accessGroupId: id }],
    };
    expect(await listShadowMembers(company.db, 'corp', { limit: 1 })).toMatchObject(members);
    expect(
      await listShadowMembers(company.db, 'corp', { limit: 1, after: [0, 'remove', 'p2'] }),
    ).toMatchObject({
      items: [{ username: 'p3' }],
      next: undefined,
    });
    expect(await listShadow(company.db, 'corp', { limit: 9, search: 'OLD-' })).toMatchObject({
      items: [{ held: 3, runId: run.id }],
    });
  });

  it('is what explain answers about a user whom it would add or remove, also in a group that does not exist (G95)', async () => {
    await using company = await openCompany({ people: CREW, groups: GROUPS, settings: crewIn(SHADOW) });
    await company.sync();
    const why = async (user: string, group = 'old-crew') => {
      const { answer, steps, missing } = await explain(
        { db: company.db, current: { settings: { directories: [company.settings] } } },
        { user, team: 'platform', group },
        { live: false },
      );
      return [String(answer), ...steps.map(({ text }) => text), ...missing].join('\n');
    };
    const added = /p1 would be added by mapping platform\/old-\{cn\} \(member\), which is in shadow/;
    expect(await why('p1')).toMatch(
      /^false\nplatform\/old-crew does not exist: a mapping in shadow would create it/,
    );
    expect(await why('p1')).toMatch(added);
    expect(await why('stranger')).toContain(`"${groupDn('crew')}" names stranger`);
    await expect(why('p1', 'nothing')).rejects.toMatchObject({ code: 'unknown_group' });

    company.settings = { ...company.settings, ...crewIn({}), guard };
    await company.sync();
    company.settings = { ...company.settings, ...crewIn(SHADOW) };
    company.ldap.modify(groupDn('crew'), { delete: { member: [personDn('p1')] } });
    await company.sync();
    expect(await why('p1')).toMatch(/^true\n/);
    expect(await why('p1')).toContain('p1 would be removed by mapping platform/old-{cn} (not_member)');
    expect(await why('p2')).toContain('mapping platform/old-{cn} is in shadow: no run changes the group');
    expect(await why('p2', 'deck')).not.toContain('shadow');
  });

  it('changes no member by a resync of one group, an adopted group or a relinked group (G96)', async () => {
    await using company = await openCompany({
      people: CREW,
      groups: GROUPS,
      settings: { ...crewIn(SHADOW), guard },
    });
    const { db } = company;
    const act = { by: 'cli:ada', reason: 'checked' };
    const made = await createGroup(db, { team: 'platform', name: 'old-crew', type: 50, actor: 'cli:ada' });
    await company.sync();
    const before = { 'platform/deck': ['p1', 'p2'], 'platform/old-crew': [] };
    expect(await company.members()).toEqual(before);

    const owned = await ownedByName(db, 'platform', 'old-crew');
    const adoption = { owned, directory: company.settings, dn: groupDn('crew') };
    const ports = { db, readDirectory };
    const { digest } = await previewAdoption(ports, adoption);
    await adoptGroup(ports, adoption, { ...act, digest });
    await company.sync({ group: groupDn('crew') });
    await company.sync();
    expect(await company.members()).toEqual(before);
    expect(await getGroup(db, made.id)).toMatchObject({ managed: true, state: 'frozen', shadow: { add: 4 } });

    company.ldap.delete(groupDn('crew'));
    company.ldap.add(groupEntry('crew', ['p3'], { entryUUID: [uuid(2000)] }));
    const relinking = { directory: company.settings, group: groupDn('crew') };
    const moved = await previewRelink(ports, relinking);
    await relinkDirectory(ports, relinking, { ...act, digest: moved.digest });
    await company.sync();
    expect(await company.members()).toEqual(before);
    expect(await drift(company)).toMatchObject({ members: ['+p3'] });
  });
});
