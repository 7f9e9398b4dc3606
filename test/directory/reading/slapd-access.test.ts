/** A real OpenLDAP whose access rules hide attributes of single entries from the account. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { members, unresolved } from '../../support/given/directory.ts';
import { GROUPS, PEOPLE, slapdSettings, UNITS } from '../../support/given/slapd-company.ts';
import { mapping, uuid } from '../../support/given/values.ts';
import { startSlapd } from '../../support/servers/slapd.ts';

function person(n: number, uid: string, type: string): string {
  return `dn: uid=${uid},${PEOPLE}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}\nemployeeType: ${type}\nentryUUID: ${uuid(n)}\n`;
}

function group(n: number, cn: string, ...member: readonly string[]): string {
  const values = member.map(uid => `member: uid=${uid},${PEOPLE}\n`).join('');
  return `dn: cn=${cn},${GROUPS}\nobjectClass: groupOfMembers\ncn: ${cn}\nentryUUID: ${uuid(n)}\n${values}`;
}

const LDIF = [
  ...UNITS,
  person(1, 'alice', 'staff'),
  person(2, 'secret', 'staff'),
  person(3, 'former', 'former'),
  person(4, 'gid', 'staff').replace(
    'objectClass: inetOrgPerson',
    'objectClass: inetOrgPerson\nobjectClass: posixAccount\nuidNumber: 4\ngidNumber: 500\nhomeDirectory: /',
  ),
  group(11, 'open', 'alice', 'secret', 'former'),
  group(12, 'empty'),
  `${group(17, 'tagged')}member;lang-de: uid=alice,${PEOPLE}\n`,
  group(13, 'hidden', 'alice'),
  group(14, 'searched', 'alice'),
  `${group(15, 'veiled')}description: access\n`,
  `${group(16, 'mail')}description: mail\n`,
];

const ACCESS = [
  `access to dn.exact="uid=secret,${PEOPLE}" attrs=employeeType by * none`,
  `access to dn.exact="uid=gid,${PEOPLE}" attrs=gidNumber by * none`,
  `access to dn.exact="cn=veiled,${GROUPS}" attrs=description by * none`,
  `access to dn.exact="cn=hidden,${GROUPS}" attrs=member by * none`,
  `access to dn.exact="cn=searched,${GROUPS}" attrs=member by * search`,
];

describe('OpenLDAP that hides attributes of some entries', () => {
  let slapd: Slapd;
  let settings: DirectorySettings;
  beforeAll(async () => {
    slapd = await startSlapd({ ldif: LDIF, access: ACCESS });
    settings = slapdSettings(slapd, {
      users: { filter: '(&(objectClass=inetOrgPerson)(employeeType=staff))' },
      groups: { filter: '(objectClass=groupOfMembers)' },
    });
  });
  afterAll(async () => {
    await slapd[Symbol.asyncDispose]();
  });

  it('returns members under an option of the attribute (G45)', async () => {
    expect(members(await readDirectory(settings), 'tagged')).toEqual(['alice']);
  });

  it('does not make groups empty or people absent', async () => {
    for (const options of [{}, { targets: { groups: [11, 12, 13, 14].map(uuid), people: [] } }]) {
      const snapshot = await readDirectory(settings, options);
      expect(members(snapshot, 'empty')).toEqual([]);
      expect(members(snapshot, 'hidden')).toMatch(/^it shows no member/);
      expect(members(snapshot, 'searched')).toMatch(/^it shows no member/);
      expect(members(snapshot, 'open')).toEqual(['alice']);
      expect(unresolved(snapshot, 'open')).toEqual([
        `not_a_user uid=former,${PEOPLE}`,
        `unreadable uid=secret,${PEOPLE}`,
      ]);
    }
    const people = [uuid(2), uuid(3)];
    const { outside, unclear } = await readDirectory(settings, { targets: { groups: [], people } });
    expect([...outside.keys()]).toEqual([uuid(3)]);
    expect([...unclear.keys()]).toEqual([uuid(2)]);
  });

  it('does not put groups out of scope', async () => {
    const targets = { groups: [], people: [], scope: new Map([15, 16, 99].map(n => [uuid(n), undefined])) };
    const filter = '(&(objectClass=groupOfMembers)(description=access))';
    const own = { ...settings, groups: { ...settings.groups, filter } };
    const byFilter = await readDirectory(own, { targets });
    expect([...byFilter.unclearGroups.keys()]).toEqual([uuid(15)]);
    const mapped = { ...settings, mappings: [mapping({ groups: { filter: '(description=access)' } })] };
    const byMapping = await readDirectory(mapped, { targets });
    expect([...byMapping.unclearGroups.keys()]).toEqual([uuid(15)]);
  });

  it('proves for some people that they have no primary group', async () => {
    const groups = { ...settings.groups, primaryGroup: true };
    const users = { ...settings.users, filter: '(objectClass=inetOrgPerson)' };
    const targets = { groups: [], people: [uuid(1), uuid(4)] };
    const snapshot = await readDirectory({ ...settings, users, groups }, { targets });
    const found = snapshot.users.map(({ username, primaryGroupUnread }) => [username, primaryGroupUnread]);
    expect(Object.fromEntries(found)).toEqual({ alice: false, gid: true });
  });

  it('counts accounts as enabled that have no attribute of a disabled account, or can have none by the schema', async () => {
    const targets = { groups: [], people: [], newcomers: [uuid(1), uuid(4)] };
    for (const vendor of ['openldap', 'rfc4519'] as const) {
      const { hiddenStates, unshownStates } = await readDirectory({ ...settings, vendor }, { targets });
      expect({ hiddenStates: [...hiddenStates], unshownStates }).toEqual({
        hiddenStates: [],
        unshownStates: [],
      });
    }
  });

  it('proves by its schema that no group can have values of an attribute', async () => {
    const groups = { ...settings.groups, members: ['member', 'noSuchAttribute'] };
    const snapshot = await readDirectory({ ...settings, groups });
    expect(members(snapshot, 'empty')).toEqual([]);
    expect(members(snapshot, 'open')).toEqual(['alice']);
    expect(members(snapshot, 'hidden')).toMatch(/^it shows no member, and/);
  });
});

describe('OpenLDAP that hides which accounts are locked', () => {
  const locked = `${person(2, 'secret', 'staff')}pwdAccountLockedTime: 000001010000Z\n`;
  const ldif = [...LDIF.slice(0, 4), locked];
  const newcomers = [uuid(1), uuid(2)];
  const read = async (slapd: Slapd) => {
    const targets = { groups: [], people: [], newcomers };
    const { hiddenStates, unshownStates } = await readDirectory(slapdSettings(slapd), { targets });
    return { hiddenStates: [...hiddenStates], unshownStates };
  };

  it('does not prove that a hidden account is enabled', async () => {
    const access = [`access to dn.exact="uid=secret,${PEOPLE}" attrs=pwdAccountLockedTime by * none`];
    await using slapd = await startSlapd({ ldif, access });
    expect(await read(slapd)).toEqual({ hiddenStates: [uuid(2)], unshownStates: [] });
  });

  it('does not distinguish accounts if it hides the attribute of all', async () => {
    const access = ['access to attrs=pwdAccountLockedTime by * none'];
    await using slapd = await startSlapd({ ldif, access });
    expect(await read(slapd)).toEqual({ hiddenStates: [], unshownStates: ['pwdAccountLockedTime'] });
  });
});
