/**
 * An access rule hides an attribute in users.filter or groups.filter on one entry: it is not certain that the entry
 * does not match.
 */
import { describe, expect, it } from 'vitest';
import { denyAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import {
  type FakeDirectory,
  GROUPS,
  group,
  members,
  serve,
  unresolved,
  user,
} from '../../support/given/directory.ts';
import { directory, uuid } from '../../support/given/values.ts';

const STAFF = { employeeType: ['staff'] };
const OTHERS = 'ou=others,dc=test';
const ALICE = user(1, 'alice', STAFF);
const BOB = user(2, 'bob', STAFF);
const LEFT = user(3, 'left', { employeeType: ['former'] });
const AWAY = user(4, 'away', STAFF, `uid=away,${OTHERS}`);
const GUEST = user(5, 'guest', {}, `uid=guest,${OTHERS}`);
const ACCESS = { businessCategory: ['access'] };
const INNER = group(12, 'inner', [BOB.dn], ACCESS);
const LIST = group(13, 'list', [BOB.dn], { businessCategory: ['mail'] });
const OUTER = group(11, 'outer', [ALICE.dn, LEFT.dn, AWAY.dn, GUEST.dn, INNER.dn, LIST.dn], ACCESS);

const VENDORS = ['openldap', 'rfc4519'] as const;

function openFake(
  vendor: DirectorySettings['vendor'],
  outside: 'skip' | 'lookup' = 'skip',
  entries = [ALICE, BOB, LEFT, AWAY, GUEST, INNER, LIST, OUTER],
): Promise<FakeDirectory> {
  const { users, groups } = directory();
  const unit = { dn: OTHERS, attributes: { objectClass: ['organizationalUnit'] } };
  return serve([unit, ...entries], {
    vendor,
    users: { ...users, outside, filter: '(&(objectClass=inetOrgPerson)(employeeType=staff))' },
    groups: { ...groups, filter: '(&(objectClass=groupOfNames)(businessCategory=access))' },
  });
}

const of = (dn: string) => (asked: string) => asked === dn;

describe.each(VENDORS)('an attribute of a filter is hidden on one entry, on a server like %s', vendor => {
  it('that entry is unreadable, and others that do not match are not users', async () => {
    await using fake = await openFake(vendor);
    fake.server.inject(denyAttribute('employeeType', of(ALICE.dn)));
    for (const options of [{}, { group: 'outer' }]) {
      const snapshot = await readDirectory(fake.settings, options);
      expect(members(snapshot, 'outer')).toEqual(['bob']);
      expect(unresolved(snapshot, 'outer')).toEqual(
        expect.arrayContaining([`unreadable ${ALICE.dn}`, `not_a_user ${LEFT.dn}`, `not_a_user ${LIST.dn}`]),
      );
      const reference = snapshot.references.find(({ value }) => value === ALICE.dn);
      expect(reference).toMatchObject({ absent: false });
      expect(reference).not.toHaveProperty('identity');
    }
  });

  it('a nested group is unreadable', async () => {
    await using fake = await openFake(vendor);
    fake.server.inject(denyAttribute('businessCategory', of(INNER.dn)));
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'outer')).toEqual(['alice']);
    expect(unresolved(snapshot, 'outer')).toContain(`unreadable ${INNER.dn}`);
    const groups = { ...fake.settings.groups, nested: false };
    const flat = await readDirectory({ ...fake.settings, groups });
    expect(unresolved(flat, 'outer')).toContain(`not_a_user ${INNER.dn}`);
  });

  it('a person outside the bases is unreadable if people are looked up', async () => {
    await using fake = await openFake(vendor, 'lookup');
    expect(members(await readDirectory(fake.settings), 'outer')).toEqual(['alice', 'away', 'bob']);
    fake.server.inject(denyAttribute('employeeType', of(AWAY.dn)));
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'outer')).toEqual(['alice', 'bob']);
    expect(unresolved(snapshot, 'outer')).toEqual(
      expect.arrayContaining([`unreadable ${AWAY.dn}`, `not_a_user ${GUEST.dn}`]),
    );
  });
});

describe('people requested by identity', () => {
  const targets = { groups: [], people: [uuid(1), uuid(3), uuid(4), uuid(5)] };

  it('are certainly outside only if the server confirms that they do not match', async () => {
    await using fake = await openFake('openldap');
    fake.server.inject(denyAttribute('employeeType'));
    const secret = await readDirectory(fake.settings, { targets });
    expect([...secret.unclear.keys()].toSorted()).toEqual([uuid(1), uuid(3)]);
    expect([...secret.outside.keys()].toSorted()).toEqual([uuid(4), uuid(5)]);
    fake.server.heal();
    const open = await readDirectory(fake.settings, { targets });
    expect([...open.unclear.keys()]).toEqual([]);
    expect([...open.outside.keys()].toSorted()).toEqual([uuid(3), uuid(4), uuid(5)]);
  });

  it('are users in any place if people are looked up', async () => {
    await using fake = await openFake('openldap', 'lookup');
    fake.server.inject(denyAttribute('employeeType', of(GUEST.dn)));
    const snapshot = await readDirectory(fake.settings, { targets });
    expect(snapshot.users.map(({ username = '' }) => username).toSorted()).toEqual(['alice', 'away']);
    expect([...snapshot.unclear.keys()]).toEqual([uuid(5)]);
    expect([...snapshot.outside.keys()]).toEqual([uuid(3)]);
  });
});

describe('a server that treats hidden attributes as absent', () => {
  const account = (n: number, name: string, more: Record<string, string[]>) =>
    user(n, name, { objectClass: ['user'], objectGUID: [uuid(n)], ...more });
  const ANN = account(1, 'ann', {});
  const BEN = account(2, 'ben', { userAccountControl: ['514'] });
  const CONTACT = { ...account(3, 'contact', {}), attributes: { objectClass: ['contact'], cn: ['contact'] } };
  const DAN = {
    ...account(4, 'dan', {}),
    attributes: { objectClass: ['user'], userAccountControl: ['512'] },
  };

  it('proves an account by the attributes that every account has', async () => {
    const all = group(
      11,
      'all',
      [ANN, BEN, CONTACT, DAN].map(({ dn }) => dn),
    );
    await using fake = await serve([ANN, BEN, CONTACT, DAN, all], {
      vendor: 'activedirectory',
      idAttribute: 'entryUUID',
      users: {
        ...directory().users,
        filter:
          '(&(objectClass=user)(userAccountControl=*)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))',
      },
    });
    for (const { dn } of [ANN, BEN, CONTACT, DAN, all])
      fake.server.modify(dn, { replace: { distinguishedName: [dn] } });
    fake.server.modify(DAN.dn, { replace: { objectClass: [] } });
    const snapshot = await readDirectory(fake.settings);
    expect(unresolved(snapshot, 'all')).toEqual([
      `not_a_user ${BEN.dn}`,
      `not_a_user ${CONTACT.dn}`,
      `unreadable ${ANN.dn}`,
      `unreadable ${DAN.dn}`,
    ]);
  });

  it('proves by the entries of the members that a group has members', async () => {
    const devs = { dn: `cn=devs,${GROUPS}` };
    const ann = account(1, 'ann', { memberOf: [devs.dn] });
    await using fake = await serve([ann, group(11, 'devs', []), group(12, 'empty', [])], {
      vendor: 'activedirectory',
      idAttribute: 'entryUUID',
      users: { ...directory().users, filter: '(objectClass=user)' },
    });
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'devs')).toMatch(/^it shows no member/);
    expect(members(snapshot, 'empty')).toEqual([]);
  });
});
