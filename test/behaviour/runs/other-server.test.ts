/** A read that comes from another server than the last one: that server may lag, so a removal waits for one more read. */
import { describe, expect, it } from 'vitest';
import { type LdapServer, startLdapServer } from '../../../dev/fake-ldap/server/server.ts';
import {
  type Company,
  groupDn,
  groupEntry,
  openCompany,
  personDn,
  personEntry,
} from '../../support/given/company.ts';
import { uuid } from '../../support/given/values.ts';

const PEOPLE = ['ann', 'bob', 'cat'];
const STAFF = Array.from({ length: 20 }, (_, n) => `staff${n}`);
/** No one's primary group. */
const SID = Buffer.alloc(28, 1);
const EARLIER = '20260301090000.0Z';
const LATER = '20260301100000.0Z';
const GROUPS = { crew: PEOPLE, staff: STAFF };

function start(
  controller: string | undefined,
  groups: Readonly<Record<string, readonly string[]>>,
  changed = EARLIER,
): Promise<LdapServer> {
  const unit = (ou: string) => ({
    dn: `ou=${ou},dc=test`,
    attributes: { objectClass: ['organizationalUnit'], ou: [ou] },
  });
  const people = [...PEOPLE, ...STAFF].map((uid, n) =>
    personEntry(uid, { entryUUID: [uuid(n + 1)], primaryGroupID: ['513'] }),
  );
  const entries = Object.entries(groups).map(([cn, uids], n) =>
    groupEntry(cn, uids, {
      entryUUID: [uuid(1001 + n)],
      distinguishedName: [groupDn(cn)],
      objectSid: [SID],
      whenChanged: [changed],
    }),
  );
  return startLdapServer({
    suffix: 'dc=test',
    entries: [unit('people'), unit('groups'), ...people, ...entries],
    accounts: [{ dn: 'cn=rollcall,dc=test', password: 'secret' }],
    rootDse: { highestCommittedUSN: ['7'], dsServiceName: [`CN=NTDS Settings,CN=${controller}`] },
  });
}

/** A company of Active Directory, whose controllers count their changes each for itself. */
async function synced(first: LdapServer): Promise<Company> {
  const settings = { vendor: 'activedirectory', idAttribute: 'entryUUID', urls: [first.url] } as const;
  const company = await openCompany({ people: [...PEOPLE, ...STAFF], settings });
  await company.sync();
  expect((await company.members())['platform/crew']).toEqual(PEOPLE);
  return company;
}

function use(company: Company, { url }: LdapServer): void {
  company.settings = { ...company.settings, urls: [url] };
}

describe('a read from another server than the last', () => {
  it('keeps a member whom that server does not name yet (G07)', async () => {
    await using first = await start('DC1', GROUPS);
    await using lagging = await start('DC2', { ...GROUPS, crew: ['ann', 'cat'] });
    await using company = await synced(first);
    use(company, lagging);
    expect((await company.sync()).counts.plan).toMatchObject({ remove: 0, doubts: 1 });
    await company.sync({ group: groupDn('crew') });
    lagging.modify(groupDn('crew'), { add: { member: [personDn('bob')] } });
    expect((await company.sync()).counts.plan).toMatchObject({ remove: 0, doubts: 0 });
    expect((await company.members())['platform/crew']).toEqual(PEOPLE);
  });

  it('removes a leaver with the next complete read, also if each read comes from another server (G07)', async () => {
    await using first = await start('DC1', GROUPS);
    await using second = await start('DC2', { ...GROUPS, crew: ['ann', 'cat'] });
    await using company = await synced(first);
    use(company, second);
    await company.sync({ group: groupDn('crew') });
    await company.sync();
    expect((await company.members())['platform/crew']).toEqual(PEOPLE);
    first.modify(groupDn('crew'), { delete: { member: [personDn('bob')] } });
    use(company, first);
    await company.sync();
    expect((await company.members())['platform/crew']).toEqual(['ann', 'cat']);
  });

  it('keeps the members as long as the group on that server is older than in the last read (G07)', async () => {
    await using first = await start('DC1', GROUPS, LATER);
    await using lagging = await start('DC2', { ...GROUPS, crew: ['ann', 'cat'] });
    await using company = await synced(first);
    use(company, lagging);
    for (let reads = 0; reads < 3; reads += 1)
      expect((await company.sync()).counts.plan).toMatchObject({ remove: 0, doubts: 1 });
    lagging.modify(groupDn('crew'), { replace: { whenChanged: [LATER] } });
    await company.sync();
    expect((await company.members())['platform/crew']).toEqual(['ann', 'cat']);
  });

  it('removes at once if the first server shows the change, however old the other one was (G07)', async () => {
    await using first = await start('DC1', GROUPS, LATER);
    await using lagging = await start('DC2', { ...GROUPS, crew: ['ann', 'cat'] });
    await using company = await synced(first);
    use(company, lagging);
    await company.sync();
    first.modify(groupDn('crew'), {
      delete: { member: [personDn('bob')] },
      replace: { whenChanged: ['20260301110000.0Z'] },
    });
    use(company, first);
    await company.sync();
    expect((await company.members())['platform/crew']).toEqual(['ann', 'cat']);
  });

  it('removes a leaver although another controller applied the last change of the group later (G07)', async () => {
    await using first = await start('DC1', GROUPS, LATER);
    await using second = await start('DC2', GROUPS);
    await using company = await synced(first);
    use(company, second);
    await company.sync();
    second.modify(groupDn('crew'), {
      delete: { member: [personDn('bob')] },
      replace: { whenChanged: ['20260301093000.0Z'] },
    });
    await company.sync();
    expect((await company.members())['platform/crew']).toEqual(['ann', 'cat']);
  });

  it('removes at once if the markers of both servers can be compared', async () => {
    await using company = await openCompany({ people: [...PEOPLE, ...STAFF], groups: GROUPS });
    await company.sync();
    company.ldap.modify(groupDn('crew'), { delete: { member: [personDn('bob')] } });
    company.settings = { ...company.settings, urls: [company.ldap.url.replace('127.0.0.1', 'localhost')] };
    await company.sync();
    expect((await company.members())['platform/crew']).toEqual(['ann', 'cat']);
  });
});

const NEW = '20990101000000.000000Z#000000#000#000000';
const OLD = '20200101000000.000000Z#000000#000#000000';

/** A replica that received the change of one group, but not yet that of the other. */
async function halfway(): Promise<Company> {
  const groups = { crew: ['ann', 'cat'], inner: ['bob'], other: ['cat'], staff: STAFF };
  const company = await openCompany({
    people: [...PEOPLE, ...STAFF],
    groups,
    settings: { vendor: 'openldap' },
  });
  company.ldap.modify(groupDn('crew'), { add: { member: [groupDn('inner'), groupDn('other')] } });
  await company.sync();
  expect((await company.members())['platform/crew']).toEqual(PEOPLE);
  company.ldap.modify(groupDn('inner'), { replace: { member: [personDn('cat')], entryCSN: [NEW] } });
  return company;
}

describe('a read from a replica that is catching up', () => {
  it('keeps a member who moves to another nested group whose change has not arrived (G07)', async () => {
    await using company = await halfway();
    await company.sync({ group: groupDn('crew') });
    expect((await company.sync()).counts.plan).toMatchObject({ remove: 0, doubts: 2 });
    company.ldap.modify(groupDn('other'), { add: { member: [personDn('bob')] } });
    company.ldap.modify(groupDn('inner'), { replace: { entryCSN: [OLD] } });
    await company.sync();
    expect(await company.members()).toMatchObject({ 'platform/crew': PEOPLE, 'platform/inner': ['cat'] });
  });

  it('removes a leaver when the change is covered by the marker, or with the second complete read (G07)', async () => {
    await using one = await halfway();
    await one.sync();
    one.ldap.modify(groupDn('inner'), { replace: { entryCSN: [OLD] } });
    await one.sync({ group: groupDn('crew') });
    expect((await one.members())['platform/crew']).toEqual(['ann', 'cat']);
    await using another = await halfway();
    await another.sync();
    await another.sync({ trigger: 'schedule' });
    expect((await another.members())['platform/crew']).toEqual(['ann', 'cat']);
  });
});
