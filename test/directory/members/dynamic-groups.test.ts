/** A dynamic group has the members that its URLs find, and is unknown if a URL cannot be evaluated. */
import { describe, expect, it } from 'vitest';
import { answerCode, cutAfterEntries } from '../../../dev/fake-ldap/faults/answers.ts';
import { rawValue } from '../../../dev/fake-ldap/faults/values.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { DynamicSettings } from '../../../src/model/settings.ts';
import { GROUPS, group, members, PEOPLE, serve, unresolved, user } from '../../support/given/directory.ts';
import { directory } from '../../support/given/values.ts';

const UNIT = {
  dn: `ou=Lab\\, East,${PEOPLE}`,
  attributes: { objectClass: ['organizationalUnit'], ou: ['Lab, East'] },
};
const ALICE = user(1, 'alice', { l: ['Paris'] });
const BOB = user(2, 'bob', { l: ['Paris'] }, `uid=bob,${UNIT.dn}`);
const CAROL = user(3, 'carol', { l: ['Berlin'] });
const TRIO = [UNIT, ALICE, BOB, CAROL];

function dynamic(n: number, cn: string, ...memberURL: string[]) {
  return group(n, cn, [], { objectClass: ['groupOfURLs', 'groupOfNames'], memberURL });
}

/** Settings that allow dynamic groups, with users in any place. */
const FOLLOWED = { groups: groupsWith({ bases: ['dc=test'], attributes: ['l', 'uid'] }) };

function groupsWith(dynamic: DynamicSettings) {
  return { ...directory().groups, dynamic };
}

const PARISIANS = dynamic(11, 'parisians', `ldap:///${PEOPLE}??sub?(l=Paris)`);
const FINE = group(19, 'fine', [CAROL.dn]);

describe('a dynamic group', () => {
  it('has the members that its URLs find, by base, scope and filter (F62, C28)', async () => {
    await using fake = await serve(
      [
        ...TRIO,
        PARISIANS,
        dynamic(12, 'one level', `ldap:///${PEOPLE}??one?(l=*)`),
        dynamic(13, 'one person', `ldap:///${CAROL.dn}`),
        dynamic(14, 'escaped', `ldap:///ou=Lab%5C2C%20East,${PEOPLE}??sub`),
        dynamic(15, 'several', `ldap:///${CAROL.dn}??base`, `ldap:///${PEOPLE}??sub?(%26(l=Paris)(uid=b*))`),
        dynamic(16, 'nobody', `ldap:///${PEOPLE}??sub?(l=Rome)`),
      ],
      FOLLOWED,
    );
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'parisians')).toEqual(['alice', 'bob']);
    expect(members(snapshot, 'one level')).toEqual(['alice', 'carol']);
    expect(members(snapshot, 'one person')).toEqual(['carol']);
    expect(members(snapshot, 'escaped')).toEqual(['bob']);
    expect(members(snapshot, 'several')).toEqual(['bob', 'carol']);
    expect(members(snapshot, 'nobody')).toEqual([]);
    expect(unresolved(snapshot, 'escaped')).toEqual([]);
  });

  it('counts as a nested group, and in the read of one group (F62)', async () => {
    await using fake = await serve(
      [...TRIO, PARISIANS, group(12, 'outer', [PARISIANS.dn, CAROL.dn])],
      FOLLOWED,
    );
    const everybody = ['alice', 'bob', 'carol'];
    expect(members(await readDirectory(fake.settings), 'outer')).toEqual(everybody);
    expect(members(await readDirectory(fake.settings, { group: 'outer' }), 'outer')).toEqual(everybody);
    expect(members(await readDirectory(fake.settings, { group: 'parisians' }), 'parisians')).toEqual([
      'alice',
      'bob',
    ]);
  });

  it.each(['openldap', '389ds', 'rfc4519'] as const)(
    'has the results and its own members, even if %s has expanded some (F62, G19)',
    async vendor => {
      const crowd = Array.from({ length: 8 }, (_, index) => user(100 + index, `u${index}`, { l: ['Rome'] }));
      const memberURL = [`ldap:///${PEOPLE}??sub?(l=Rome)`];
      const named = { objectClass: ['groupOfURLs', 'groupOfNames'], memberURL };
      const shown = [CAROL.dn, ...crowd.slice(0, 3).map(({ dn }) => dn)];
      await using fake = await serve(
        [...TRIO, ...crowd, group(11, 'both', [CAROL.dn], named), group(12, 'shown', shown, named)],
        { ...FOLLOWED, vendor, idAttribute: 'entryUUID' },
      );
      const nine = ['carol', 'u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7'];
      const snapshot = await readDirectory(fake.settings);
      expect(members(snapshot, 'both')).toEqual(nine);
      expect(members(snapshot, 'shown')).toEqual(nine);
    },
  );

  it('may name the server that is being read (F62)', async () => {
    await using fake = await serve([...TRIO], FOLLOWED);
    const url = `${fake.server.url}/${PEOPLE}??sub?(l=Paris)`;
    fake.server.add(dynamic(11, 'ours', url));
    expect(members(await readDirectory(fake.settings), 'ours')).toEqual(['alice', 'bob']);
  });

  it('with the URL of another server is unknown and counted, or ends the read; no other server is contacted (F62, F87)', async () => {
    await using other = await serve([...TRIO]);
    const far = dynamic(11, 'far', `${other.server.url}/${PEOPLE}??sub`);
    await using fake = await serve([...TRIO, far, group(12, 'outer', [far.dn]), FINE], FOLLOWED);
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'far')).toMatch(/is for another server, which is not in urls/);
    expect(members(snapshot, 'outer')).toMatch(/^because of the nested group cn=far,/);
    expect(members(snapshot, 'fine')).toEqual(['carol']);
    expect(snapshot.counts.references).toBe(1);
    await expect(readDirectory({ ...fake.settings, referrals: 'fail' })).rejects.toMatchObject({
      code: 'referral',
    });
    expect(other.server.requests).toEqual([]);
  });

  it.each([
    ['text that is not a URL', ['people in Paris'], /is not followed: expected ldap:/],
    ['one good and one bad URL', [`ldap:///${PEOPLE}??sub`, 'ldap:///??sub'], /has no base DN/],
    ['a base that is not there', ['ldap:///ou=typo,dc=test??sub'], /LDAP result 32/],
  ])('with %s is unknown, never empty (F62, C28)', async (_, urls, reason) => {
    await using fake = await serve([...TRIO, dynamic(11, 'odd', ...urls), FINE], FOLLOWED);
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'odd')).toMatch(reason);
    expect(members(snapshot, 'fine')).toEqual(['carol']);
  });

  it('with a URL that is not text is unknown (F62)', async () => {
    const faults = [rawValue('memberURL', Buffer.from([0xff]))];
    await using fake = await serve([...TRIO, PARISIANS], FOLLOWED, { faults });
    expect(members(await readDirectory(fake.settings), 'parisians')).toMatch(
      /^its memberURL "" is not followed/,
    );
  });

  it('whose search fails is the only unknown one; a lost connection ends the read (C20)', async () => {
    await using fake = await serve([...TRIO, PARISIANS, FINE], FOLLOWED);
    const itsSearch = { filter: /l=Paris/ };
    fake.server.inject(onSearch(itsSearch, answerCode(4)));
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'parisians')).toMatch(/LDAP result 4/);
    expect(members(snapshot, 'fine')).toEqual(['carol']);
    fake.server.heal();
    fake.server.inject(onSearch(itsSearch, cutAfterEntries(1, 'rst')));
    await expect(readDirectory(fake.settings)).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('roleOccupant', () => {
  it('is a member attribute like any other if it is configured', async () => {
    const role = group(11, 'directors', [], {
      objectClass: ['organizationalRole'],
      roleOccupant: [ALICE.dn, `cn=fine,${GROUPS}`],
    });
    const usual = directory().groups;
    const filter = '(|(objectClass=organizationalRole)(objectClass=groupOfNames))';
    const groups = { ...usual, filter, members: [...usual.members, 'roleOccupant'] };
    await using fake = await serve([...TRIO, role, FINE], { groups });
    expect(members(await readDirectory(fake.settings), 'directors')).toEqual(['alice', 'carol']);
  });
});
