/** Members that are no users are distinguished from entries that are missing, outside the bases or hidden. */
import { describe, expect, it } from 'vitest';
import { answerCode, cutAfterEntries, referral } from '../../../dev/fake-ldap/faults/answers.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import {
  ALICE,
  BOB,
  type FakeDirectory,
  group,
  members,
  PEOPLE,
  serve,
  unresolved,
  user,
} from '../../support/given/directory.ts';
import { directory } from '../../support/given/values.ts';

const PARTNERS = { dn: 'ou=partners,dc=test', attributes: { objectClass: ['organizationalUnit'] } };
const PAT = user(3, 'pat', {}, `uid=pat,${PARTNERS.dn}`);
const COMPUTER = { dn: `cn=pc,${PEOPLE}`, attributes: { objectClass: ['computer'] } };
const CONTACT = { dn: `cn=contact,${PARTNERS.dn}`, attributes: { objectClass: ['contact'] } };
const FOREIGN = {
  dn: 'cn=S-1-5-21-7,cn=ForeignSecurityPrincipals,dc=test',
  attributes: { objectClass: ['foreignSecurityPrincipal'] },
};
const CONTAINER = { dn: 'cn=ForeignSecurityPrincipals,dc=test', attributes: { objectClass: ['container'] } };
const DEVICE = { dn: `cn=badge reader,${PEOPLE}`, attributes: { objectClass: ['device'] } };
const GONE = `uid=gone,${PEOPLE}`;
const GONE_THERE = `uid=gone,${PARTNERS.dn}`;
const CHILD = 'uid=x,dc=child,dc=test';
const INNER = group(12, 'inner', [BOB.dn]);
const FINE = group(19, 'fine', [ALICE.dn]);
const THINGS = [COMPUTER, CONTACT, FOREIGN, DEVICE];

/** The server supports searches by DN, unless the vendor is rfc4519. */
function openFake(
  extra: readonly string[],
  outside: 'skip' | 'lookup',
  vendor: DirectorySettings['vendor'] = 'openldap',
): Promise<FakeDirectory> {
  const all = [ALICE.dn, INNER.dn, ...THINGS.map(({ dn }) => dn), ...extra];
  const entries = [PARTNERS, CONTAINER, ALICE, BOB, PAT, ...THINGS, INNER, group(11, 'outer', all), FINE];
  return serve(entries, { vendor, users: { ...directory().users, outside } });
}

describe('members that are not users', () => {
  it('computers, contacts, foreign principals and devices are distinguished from missing entries (F49, C26)', async () => {
    await using fake = await openFake([GONE, GONE_THERE], 'skip');
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'outer')).toEqual(['alice', 'bob']);
    expect(unresolved(snapshot, 'outer')).toEqual(
      [
        ...THINGS.map(({ dn }) => `not_a_user ${dn}`),
        `dangling_dn ${GONE}`,
        `out_of_scope ${GONE_THERE}`,
      ].toSorted(),
    );
    const one = await readDirectory(fake.settings, { group: 'outer' });
    expect(unresolved(one, 'outer')).toEqual(unresolved(snapshot, 'outer'));
  });

  it('a nested group is skipped if nesting is off, and does not count as a user (F49)', async () => {
    await using fake = await openFake([], 'skip');
    const groups = { ...fake.settings.groups, nested: false };
    const snapshot = await readDirectory({ ...fake.settings, groups });
    expect(members(snapshot, 'outer')).toEqual(['alice']);
    expect(unresolved(snapshot, 'outer')).toEqual(THINGS.map(({ dn }) => `not_a_user ${dn}`).toSorted());
  });

  it('a server that gives no answer removes no member (C26)', async () => {
    await using fake = await openFake([], 'skip');
    fake.server.inject(onSearch({ filter: /entryDN=/ }, answerCode(53)));
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'outer')).toEqual(['alice', 'bob']);
    expect(snapshot.warnings).toContainEqual(expect.stringMatching(/^Search for members .*LDAP result 53/));
    fake.server.heal();
    fake.server.inject(onSearch({ filter: /entryDN=/ }, cutAfterEntries(0, 'rst')));
    await expect(readDirectory(fake.settings)).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('more members than are asked for', () => {
  it.each([
    ['openldap', 10_000],
    ['rfc4519', 1000],
  ] as const)('are not known, instead of absent, on a server like %s (C26)', async (vendor, most) => {
    const dns = Array.from({ length: most + 1 }, (_, n) => `uid=gone${n},${PEOPLE}`);
    await using fake = await serve([ALICE, group(11, 'outer', [ALICE.dn, ...dns])], { vendor });
    const { references } = await readDirectory(fake.settings);
    expect(references.filter(({ absent }) => !absent)).toMatchObject([{ value: dns.at(-1) }]);
  });
});

describe('members outside the bases', () => {
  it('are skipped and listed, as configured (F54)', async () => {
    await using fake = await openFake([PAT.dn], 'skip');
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'outer')).toEqual(['alice', 'bob']);
    expect(unresolved(snapshot, 'outer')).toContain(`out_of_scope ${PAT.dn}`);
  });

  it.each(['openldap', 'rfc4519'] as const)(
    'are looked up if that is configured, on a server like %s (F54)',
    async vendor => {
      await using fake = await openFake(
        [PAT.dn, GONE_THERE, `UID=Pat, OU=Partners,dc=test`],
        'lookup',
        vendor,
      );
      const snapshot = await readDirectory(fake.settings);
      expect(members(snapshot, 'outer')).toEqual(['alice', 'bob', 'pat']);
      expect(unresolved(snapshot, 'outer')).toEqual(
        expect.arrayContaining([
          `dangling_dn ${GONE_THERE}`,
          `not_a_user ${CONTACT.dn}`,
          `not_a_user ${FOREIGN.dn}`,
        ]),
      );
      const one = await readDirectory(fake.settings, { group: 'outer' });
      expect(members(one, 'outer')).toEqual(['alice', 'bob', 'pat']);
    },
  );

  it('one on another server is elsewhere, and all others are read (F87, G09)', async () => {
    await using fake = await openFake([CHILD], 'lookup');
    fake.server.inject(onSearch({ dn: CHILD }, referral('ldap://child.test/')));
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'outer')).toEqual(['alice', 'bob']);
    expect(unresolved(snapshot, 'outer')).toContain(`elsewhere ${CHILD}`);
    expect(snapshot.references).toContainEqual({
      key: `dn:${CHILD}`,
      value: CHILD,
      reason: 'elsewhere',
      absent: false,
      candidates: [],
    });
    expect(members(snapshot, 'fine')).toEqual(['alice']);
    expect(snapshot.counts.references).toBe(1);
    await expect(readDirectory({ ...fake.settings, referrals: 'fail' })).rejects.toMatchObject({
      code: 'referral',
    });
  });

  it('one that cannot be looked up makes only that member doubtful (F07)', async () => {
    await using fake = await openFake([GONE_THERE], 'lookup');
    fake.server.inject(onSearch({ dn: GONE_THERE }, answerCode(53)));
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'outer')).toEqual(['alice', 'bob']);
    expect(unresolved(snapshot, 'outer')).toContain(`unreadable ${GONE_THERE}`);
    expect(members(snapshot, 'fine')).toEqual(['alice']);
  });
});

describe('a value that leads to no entry', () => {
  it('leads to a hidden one where the server takes values of deleted entries away (G17)', async () => {
    const vendor = { vendor: 'activedirectory', idAttribute: 'entryUUID' } as const;
    await using fake = await serve([ALICE, group(11, 'devs', [GONE])], vendor);
    expect((await readDirectory(fake.settings)).references).toMatchObject([
      { value: GONE, reason: 'unreadable', absent: false },
    ]);
  });
});
