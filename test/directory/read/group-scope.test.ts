/**
 * An access rule hides an attribute that groups.filter, the filter of a mapping or groups.include uses: the group is
 * not out of scope.
 */
import { describe, expect, it } from 'vitest';
import { denyAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { ReadTargets } from '../../../src/model/read-targets.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { type FakeDirectory, group, serve } from '../../support/given/directory.ts';
import { directory, mapping, uuid } from '../../support/given/values.ts';

const ACCESS = { businessCategory: ['access'] };
const OPEN = group(11, 'open', [], { ...ACCESS, ou: ['eng'] });
const MAIL = group(12, 'mail', [], { businessCategory: ['mail'], ou: ['eng'] });
const SALES = group(13, 'sales', [], { ...ACCESS, ou: ['sales'] });
const AWAY = { ...group(14, 'away', [], { businessCategory: ['mail'] }), dn: 'cn=away,ou=elsewhere,dc=test' };
const NOWHERE = new Map([11, 12, 13, 14, 99].map(n => [uuid(n), undefined]));

async function openFake(more: Partial<DirectorySettings> = {}): Promise<FakeDirectory> {
  const { groups } = directory();
  const unit = { dn: 'ou=elsewhere,dc=test', attributes: { objectClass: ['organizationalUnit'] } };
  return await serve([unit, OPEN, MAIL, SALES, AWAY], {
    groups: { ...groups, filter: '(&(objectClass=groupOfNames)(businessCategory=access))' },
    mappings: [mapping({ groups: { filter: '(ou=eng)' } })],
    ...more,
  });
}

async function unclear(
  { settings }: Pick<FakeDirectory, 'settings'>,
  scope: ReadTargets['scope'] = NOWHERE,
): Promise<Readonly<Record<string, string>>> {
  const targets = { groups: [], people: [], scope };
  return Object.fromEntries((await readDirectory(settings, { targets })).unclearGroups);
}

const of = (dn: string) => (asked: string) => asked === dn;

describe('groups that are asked whether they are out of scope', () => {
  it('count as out of scope by the negation of the filters, outside the bases, or if they are absent', async () => {
    await using fake = await openFake();
    expect(Object.keys(await unclear(fake))).toEqual([uuid(11)]);
    fake.server.modify(OPEN.dn, { replace: { ou: ['sales'] } });
    expect(await unclear(fake)).toEqual({});
  });

  it('stay in scope while an attribute of groups.filter may not be read', async () => {
    await using fake = await openFake();
    fake.server.inject(denyAttribute('businessCategory', of(MAIL.dn)));
    expect((await unclear(fake))[uuid(12)]).toMatch(/groups\.filter.*businessCategory/);
  });

  it('stay in scope while an attribute of a mapping may not be read, even if a later mapping matches', async () => {
    await using fake = await openFake();
    fake.server.inject(denyAttribute('ou', of(SALES.dn)));
    expect((await unclear(fake))[uuid(13)]).toMatch(/mapping.*\(ou=eng\)/);
    const settings = { ...fake.settings, mappings: [...fake.settings.mappings, mapping()] };
    const second = new Map([[uuid(13), 1]]);
    expect((await unclear({ settings }, second))[uuid(13)]).toMatch(/mapping.*\(ou=eng\)/);
    fake.server.heal();
    expect(await unclear({ settings }, second)).toEqual({});
  });

  it('stay in scope in Active Directory if they are not found and an entry is still their member (G17)', async () => {
    const groups = { ...directory().groups, filter: '(objectClass=groupOfNames)' };
    await using fake = await openFake({ vendor: 'activedirectory', idAttribute: 'entryUUID', groups });
    fake.server.modify(AWAY.dn, { replace: { memberOf: [`<GUID=${uuid(99)}>`] } });
    const lost = new Map([98, 99].map(n => [uuid(n), undefined]));
    expect(await unclear(fake, lost)).toEqual({ [uuid(99)]: expect.stringMatching(/exists/) });
  });

  it('stay in scope in Active Directory if they are not found and are still a member of a group (G17)', async () => {
    const groups = { ...directory().groups, filter: '(objectClass=groupOfNames)' };
    await using fake = await openFake({ vendor: 'activedirectory', idAttribute: 'entryUUID', groups });
    fake.server.modify(AWAY.dn, { add: { member: [`<GUID=${uuid(99)}>`] } });
    const lost = new Map([98, 99].map(n => [uuid(n), undefined]));
    expect(await unclear(fake, lost)).toEqual({ [uuid(99)]: expect.stringMatching(/exists/) });
  });

  it('stay in scope while a name for groups.include may not be read', async () => {
    const groups = { ...directory().groups, name: 'description', include: ['eng-*'] };
    await using fake = await openFake({ groups, mappings: [mapping()] });
    fake.server.modify(OPEN.dn, { replace: { description: ['eng-a'] } });
    fake.server.modify(SALES.dn, { replace: { description: ['sales-a'] } });
    fake.server.inject(denyAttribute('description', of(OPEN.dn)));
    const found = await unclear(fake);
    expect(Object.keys(found)).toEqual([uuid(11)]);
    expect(found[uuid(11)]).toMatch(/groups\.include.*description/);
  });
});
