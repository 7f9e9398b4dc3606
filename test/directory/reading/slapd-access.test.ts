/** A real OpenLDAP whose access rules keep attributes of single entries from the account that reads. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { members, unresolved } from '../../support/given/directory.ts';
import { directory, uuid } from '../../support/given/values.ts';
import { startSlapd } from '../../support/servers/slapd.ts';

const BASE = 'dc=example,dc=com';
const PEOPLE = `ou=people,${BASE}`;
const GROUPS = `ou=groups,${BASE}`;

function person(n: number, uid: string, type: string): string {
  return `dn: uid=${uid},${PEOPLE}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}\nemployeeType: ${type}\nentryUUID: ${uuid(n)}\n`;
}

function group(n: number, cn: string, ...member: readonly string[]): string {
  const values = member.map(uid => `member: uid=${uid},${PEOPLE}\n`).join('');
  return `dn: cn=${cn},${GROUPS}\nobjectClass: groupOfMembers\ncn: ${cn}\nentryUUID: ${uuid(n)}\n${values}`;
}

const LDIF = [
  `dn: ${BASE}\nobjectClass: domain\ndc: example\n`,
  ...[PEOPLE, GROUPS].map(
    dn => `dn: ${dn}\nobjectClass: organizationalUnit\nou: ${dn.slice(3, dn.indexOf(','))}\n`,
  ),
  person(1, 'alice', 'staff'),
  person(2, 'secret', 'staff'),
  person(3, 'former', 'former'),
  group(11, 'open', 'alice', 'secret', 'former'),
  group(12, 'empty'),
  group(13, 'hidden', 'alice'),
  group(14, 'searched', 'alice'),
];

const ACCESS = [
  `access to dn.exact="uid=secret,${PEOPLE}" attrs=employeeType by * none`,
  `access to dn.exact="cn=hidden,${GROUPS}" attrs=member by * none`,
  `access to dn.exact="cn=searched,${GROUPS}" attrs=member by * search`,
];

describe('OpenLDAP that keeps attributes of single entries secret', () => {
  let slapd: Slapd;
  let settings: DirectorySettings;
  beforeAll(async () => {
    slapd = await startSlapd({ ldif: LDIF, access: ACCESS });
    const { url, bindDn, bindPassword } = slapd;
    const usual = directory();
    settings = {
      ...usual,
      urls: [url],
      bindDn,
      bindPassword,
      vendor: 'openldap',
      users: { ...usual.users, baseDn: PEOPLE, filter: '(&(objectClass=inetOrgPerson)(employeeType=staff))' },
      groups: { ...usual.groups, baseDn: GROUPS, filter: '(objectClass=groupOfMembers)' },
    };
  });
  afterAll(async () => {
    await slapd[Symbol.asyncDispose]();
  });

  it('is not taken for one that says that groups are empty and people are none', async () => {
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
    expect([...unclear]).toEqual([uuid(2)]);
  });

  it('knows by its schema that an attribute of no group can have values', async () => {
    const groups = { ...settings.groups, members: ['member', 'noSuchAttribute'] };
    const snapshot = await readDirectory({ ...settings, groups });
    expect(members(snapshot, 'empty')).toEqual([]);
    expect(members(snapshot, 'open')).toEqual(['alice']);
    expect(members(snapshot, 'hidden')).toMatch(/^it shows no member, and/);
  });
});
