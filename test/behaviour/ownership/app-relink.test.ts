/** Directories whose entries have new identities: they inherit nothing without relink. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { denyAttribute, denyValue } from '../../../dev/fake-ldap/faults/values.ts';
import { dnKey } from '../../../src/text/dn-key.ts';
import { groupDn, groupEntry, personDn, personEntry } from '../../support/given/company.ts';
import { ACT, type Handover, openHandover } from '../../support/given/handing-over.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { uuid } from '../../support/given/values.ts';

const names = Array.from({ length: 20 }, (_, n) => `g${n}`);
const PEOPLE = ['alice', 'bob', 'carol'];

/** All entries again under their DNs, from an LDIF without operational attributes, so that every identity is new. */
function rebuild({ ldap }: Handover, groups: Readonly<Record<string, readonly string[]>>): void {
  for (const [n, uid] of PEOPLE.entries()) {
    ldap.delete(personDn(uid));
    ldap.add(personEntry(uid, { entryUUID: [uuid(5001 + n)] }));
  }
  for (const [n, [cn, uids]] of Object.entries(groups).entries()) {
    ldap.delete(groupDn(cn));
    ldap.add(groupEntry(cn, uids, { entryUUID: [uuid(6001 + n)] }));
  }
}

const identities = ({ db }: Handover) =>
  rowsOf(
    db,
    sql<{ id: string; name: string; type: number }>`
      select d.external_id as id, g.name, g.type
      from directory_group d join access_group g on g.id = d.access_group_id order by d.external_id`,
  );

describe('relink', () => {
  it('a group created again inherits level, projects and members by relinking, and by nothing else (B4, F42)', async () => {
    await using company = await openHandover({ groups: { devs: ['alice', 'bob'], ops: ['carol'] } });
    await company.sync();
    await rowsOf(company.db, sql`update access_group set type = 100 where name = 'devs'`);
    company.ldap.delete(groupDn('devs'));
    company.ldap.add(groupEntry('devs', ['bob', 'carol'], { entryUUID: [uuid(2000)] }));
    await company.sync();
    const { items } = await company
      .ownership()
      .listGroups('corp', { limit: 9, after: undefined, state: 'conflict' });
    expect(items).toMatchObject([{ reason: 'uuid_changed', wayOut: expect.stringContaining('relink') }]);

    const preview = await company.previewRelink(groupDn('devs'));
    expect(preview).toMatchObject({
      groups: [
        {
          dn: groupDn('devs'),
          from: uuid(1001),
          to: uuid(2000),
          team: 'platform',
          name: 'devs',
          add: 1,
          remove: 1,
        },
      ],
      people: [],
      lost: 0,
    });
    expect(await company.members()).toMatchObject({ 'platform/devs': ['alice', 'bob'] });

    expect(await company.relink({ group: groupDn('devs') })).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toMatchObject({ 'platform/devs': ['bob', 'carol'] });
    expect(await identities(company)).toEqual([
      { id: uuid(1002), name: 'ops', type: 50 },
      { id: uuid(2000), name: 'devs', type: 100 },
    ]);
    expect(await company.status()).toMatchObject({ groups: { linked: 2, conflict: 0, missing: 0 } });
    expect(await company.events()).toEqual(['relink platform/devs by cli:ada of corp because CHG-1234']);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a rebuilt directory is held as a whole, and continues as before once groups and people are relinked (B5)', async () => {
    const groups = Object.fromEntries(names.map(name => [name, PEOPLE]));
    await using company = await openHandover({ people: PEOPLE, groups });
    await company.sync();
    await company.ownership().release(await company.id('g0'), { ...ACT, empty: false });
    const before = await company.members();
    rebuild(company, { ...groups, g1: ['alice'] });
    expect(await company.sync()).toMatchObject({ status: 'held' });
    expect(await company.members()).toEqual(before);

    const preview = await company.previewRelink();
    expect(preview.groups).toHaveLength(20);
    expect(preview.people.map(({ username, from, to }) => [username, from, to])).toEqual([
      ['alice', uuid(1), uuid(5001)],
      ['bob', uuid(2), uuid(5002)],
      ['carol', uuid(3), uuid(5003)],
    ]);
    expect(preview.groups.filter(({ add, remove }) => add + remove > 0)).toMatchObject([
      { name: 'g1', add: 0, remove: 2 },
    ]);
    expect(await company.relink()).toMatchObject({
      status: 'succeeded',
      counts: { applied: { removed: 2 } },
    });
    expect(await company.members()).toEqual({ ...before, 'platform/g1': ['alice'] });
    expect(await company.status()).toMatchObject({ groups: { linked: 19, released: 1, conflict: 0 } });
    expect((await company.previewRelink()).groups).toEqual([]);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('another identity attribute is refused until everything is relinked by DN (B11)', async () => {
    await using company = await openHandover({ groups: { devs: ['alice', 'bob'] } });
    await company.sync();
    const before = await company.members();
    for (const [n, uid] of PEOPLE.entries())
      company.ldap.modify(personDn(uid), { replace: { nsUniqueId: [uuid(7001 + n)] } });
    company.ldap.modify(groupDn('devs'), { replace: { nsUniqueId: [uuid(8001)] } });
    company.settings = { ...company.settings, idAttribute: 'nsUniqueId' };
    expect(await company.sync()).toMatchObject({ status: 'failed', errorCode: 'id_attribute_changed' });
    await expect(company.previewRelink(groupDn('devs'))).rejects.toMatchObject({ code: 'source_refused' });

    expect(await company.relink()).toMatchObject({ status: 'succeeded' });
    expect(await identities(company)).toMatchObject([{ id: uuid(8001), name: 'devs' }]);
    expect(await company.members()).toEqual(before);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('keeps members of a nested group that the rebuilt group hides (G01)', async () => {
    await using company = await openHandover({ groups: { devs: ['alice'], lab: ['bob'], ops: ['carol'] } });
    company.ldap.modify(groupDn('devs'), { add: { member: [groupDn('lab')] } });
    await company.sync();
    company.ldap.delete(groupDn('devs'));
    const member = [personDn('alice'), groupDn('lab')];
    company.ldap.add(groupEntry('devs', [], { entryUUID: [uuid(2000)], member }));
    company.ldap.inject(
      denyValue('member', (dn, key) => dn === groupDn('devs') && key === dnKey(groupDn('lab'))),
    );
    company.ldap.inject(denyAttribute('member', dn => dn === groupDn('lab')));
    expect(await company.relink({ group: groupDn('devs') })).toMatchObject({
      counts: { applied: { removed: 0 } },
    });
    for (let reads = 0; reads < 3; reads += 1) {
      expect((await company.members())['platform/devs']).toEqual(['alice', 'bob']);
      await company.sync();
    }
    company.ldap.heal();
    company.ldap.modify(groupDn('devs'), { delete: { member: [groupDn('lab')] } });
    await company.sync();
    expect((await company.members())['platform/devs']).toEqual(['alice']);
  });

  it('applies only what the preview showed (B5)', async () => {
    await using company = await openHandover({ groups: { devs: ['alice'] } });
    await company.sync();
    rebuild(company, { devs: ['alice'] });
    const { digest } = await company.previewRelink();
    company.ldap.modify(groupDn('devs'), { replace: { member: [personDn('bob')] } });
    await expect(company.relink({ digest })).rejects.toMatchObject({ code: 'plan_changed' });
    expect(await identities(company)).toMatchObject([{ id: uuid(1001) }]);
    expect(await company.events()).toEqual([]);
  });

  it('an entry that is linked already inherits nothing, and an entry that moved away is not missing (B4)', async () => {
    await using company = await openHandover({ groups: { devs: ['alice'], ops: ['bob'] } });
    await company.sync();
    company.ldap.delete(groupDn('devs'));
    company.ldap.rename(groupDn('ops'), groupDn('devs'));
    expect(await company.previewRelink()).toMatchObject({ groups: [], people: [], lost: 1 });
  });
});
