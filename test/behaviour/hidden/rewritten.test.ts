/**
 * A real OpenLDAP in which an administrator of accounts changes the spelling of entries. The values of the groups stay
 * the same.
 */
import { Attribute, Change } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { asAdmin } from '../../../dev/servers/directory.ts';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import { GROUPS, groupRecord, openSlapdCompany, PEOPLE } from '../../support/given/slapd-company.ts';
import { uuid } from '../../support/given/values.ts';

const dn = (uid: string) => `uid=${uid},${PEOPLE}`;
const STAFF = groupRecord(
  1009,
  'staff',
  ['dora', 'erik', 'fay', 'gus', 'hal'].map(uid => `member: ${dn(uid)}`),
);
const NAMED = ['alice', 'bob', 'carol'].map(uid => `memberUid: ${uid}`);
/** The username of bob is not in the DN, so it can be edited. */
const BOB = `cn=bob,${PEOPLE}`;

function replace(slapd: Slapd, entry: string, type: string, values: string[]): Promise<void> {
  const change = new Change({ operation: 'replace', modification: new Attribute({ type, values }) });
  return asAdmin(slapd, client => client.modify(entry, change));
}

describe('a username that is spelled in another way (C25)', () => {
  const opened = async () => {
    const company = await openSlapdCompany({ groups: [groupRecord(1001, 'devs', NAMED), STAFF], access: [] });
    await asAdmin(company.slapd, client => client.modifyDN(dn('bob'), BOB));
    await replace(company.slapd, BOB, 'uid', ['bob']);
    await company.jobs.sync();
    expect((await company.jobs.members())['platform/devs']).toEqual(['alice', 'bob', 'carol']);
    return company;
  };

  it.each([
    ['a space behind it', 'bob '],
    ['full-width letters', 'ｂｏｂ'],
  ])('names the same person with %s', async (_, uid) => {
    await using company = await opened();
    await replace(company.slapd, BOB, 'uid', [uid]);
    for (let read = 0; read < 3; read += 1) await company.jobs.sync();
    expect((await company.jobs.members())['platform/devs']).toEqual(['alice', 'bob', 'carol']);
  });

  it('does not keep a leaver who takes the username of a colleague with a space behind it', async () => {
    await using company = await opened();
    await replace(company.slapd, BOB, 'uid', ['alice ']);
    await replace(company.slapd, `cn=devs,${GROUPS}`, 'memberUid', ['alice', 'carol']);
    for (let read = 0; read < 2; read += 1) await company.jobs.sync();
    expect((await company.jobs.members())['platform/devs']).toEqual(['alice', 'carol']);
  });
});

it('a value with ß does not bring in a person whose DN has ss (C25)', async () => {
  const account = Buffer.from(dn('weiß')).toString('base64');
  const uid = Buffer.from('weiß').toString('base64');
  const groups = [groupRecord(1001, 'devs', [`member: ${dn('alice')}`, `member:: ${account}`]), STAFF];
  const records = [
    `dn:: ${account}\nobjectClass: account\nuid:: ${uid}\nentryUUID: ${uuid(61)}\n`,
    `dn: ${dn('weiss')}\nobjectClass: inetOrgPerson\nuid: weiss\ncn: w\nsn: w\nentryUUID: ${uuid(62)}\n`,
  ];
  await using company = await openSlapdCompany({ groups, access: [], records, locals: ['weiss'] });
  await company.jobs.sync();
  expect((await company.jobs.members())['platform/devs']).toEqual(['alice']);
});

it('the members of a nested group that groups.filter no longer matches stay for one complete read (G17)', async () => {
  const lab = `cn=lab,${GROUPS}`;
  const groups = [
    groupRecord(1001, 'devs', [`member: ${dn('alice')}`, `member: ${lab}`, 'ou: access']),
    groupRecord(1002, 'lab', [`member: ${dn('bob')}`, `member: ${dn('carol')}`, 'ou: access']),
    STAFF.replace('\ncn:', '\nou: access\ncn:'),
  ];
  const settings = { filter: '(&(objectClass=groupOfMembers)(ou=access))' };
  await using company = await openSlapdCompany({ groups, access: [], settings });
  await company.jobs.sync();
  await replace(company.slapd, lab, 'ou', ['mail']);
  await company.jobs.sync({ group: `cn=devs,${GROUPS}` });
  await company.jobs.sync();
  expect((await company.jobs.members())['platform/devs']).toEqual(['alice', 'bob', 'carol']);
  await company.jobs.sync();
  expect((await company.jobs.members())['platform/devs']).toEqual(['alice']);
});
