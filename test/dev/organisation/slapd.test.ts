/** OpenLDAP accepts the generated organisation and agrees with the model about its members after every change. */
import { Client, EqualityFilter, NoSuchObjectError } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { churn } from '../../../dev/organisation/churn/churn.ts';
import { makeOrganisation } from '../../../dev/organisation/generate/organisation.ts';
import { writeDn } from '../../../dev/organisation/model/dn.ts';
import { memberAttribute } from '../../../dev/organisation/model/entries.ts';
import { dnOf, type Group, type Organisation } from '../../../dev/organisation/model/model.ts';
import { applyStep } from '../../../dev/organisation/write/apply.ts';
import { ldif } from '../../../dev/organisation/write/ldif.ts';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import { startSlapd } from '../../support/servers/slapd.ts';

const organisation = makeOrganisation({ size: 'S' });
let slapd: Slapd;
let client: Client;

beforeAll(async () => {
  slapd = await startSlapd({ ldif: [...ldif(organisation)] });
  client = new Client({ url: slapd.url, timeout: 10_000, connectTimeout: 5_000 });
  await client.bind(slapd.adminDn, slapd.adminPassword);
});

afterAll(async () => {
  await client.unbind();
  await slapd.stop();
});

/** The DN of the person or group that the server finds for a DN, in the spelling of the server. */
async function entryAt(dn: string): Promise<string | undefined> {
  try {
    const filter = '(|(objectClass=inetOrgPerson)(cn=*))';
    const { searchEntries } = await client.search(dn, { scope: 'base', filter, attributes: ['objectClass'] });
    return searchEntries.find(({ objectClass }) => !String(objectClass).includes('device'))?.dn;
  } catch (error) {
    if (error instanceof NoSuchObjectError) return undefined;
    throw error;
  }
}

async function personNamed(username: string): Promise<string | undefined> {
  const filter = new EqualityFilter({ attribute: 'uid', value: username });
  const { searchEntries } = await client.search(`ou=People,${slapd.baseDn}`, { filter, attributes: ['1.1'] });
  return searchEntries[0]?.dn;
}

/** The members of the group's entry according to the comparison of names in the server. */
async function membersOnServer(model: Organisation, group: Group): Promise<string[]> {
  const attribute = memberAttribute(model, group);
  const dn = writeDn(dnOf(model, group));
  const { searchEntries } = await client.search(dn, { scope: 'base', attributes: [attribute] });
  const values = [searchEntries[0]?.[attribute] ?? []].flat().map(String);
  const found = await Promise.all(
    values.map(value =>
      group.shape === 'posixGroup' ? personNamed(value) : entryAt(value.replace(/#'[01]*'B$/, '')),
    ),
  );
  return found.filter(one => one !== undefined).sort();
}

async function membersInModel(model: Organisation, group: Group): Promise<string[]> {
  const found = await Promise.all(
    group.members.map(async ({ to }) =>
      to.kind === 'stranger' ? undefined : ((await entryAt(writeDn(dnOf(model, to)))) ?? to.cn),
    ),
  );
  return found.filter(one => one !== undefined).sort();
}

async function expectEveryGroup(model: Organisation): Promise<void> {
  for (const group of model.groups) {
    expect(await membersOnServer(model, group), group.cn).toEqual(await membersInModel(model, group));
  }
}

async function count(filter: string): Promise<number> {
  const found = await client.search(slapd.baseDn, { filter, attributes: ['1.1'], paged: true });
  return found.searchEntries.length;
}

describe('OpenLDAP with an organisation', () => {
  it('holds every entry of it', async () => {
    expect(await count('(objectClass=inetOrgPerson)')).toBe(organisation.people.length);
    expect(await count('(pwdAccountLockedTime=*)')).toBe(
      organisation.people.filter(person => person.disabled).length,
    );
  });

  it('finds the members of the model in every group, in any spelling of the DNs', async () => {
    await expectEveryGroup(organisation);
  });

  it('agrees with the model after every step of the churn', async () => {
    let model = organisation;
    for (const step of churn(organisation)) {
      await applyStep(client, step);
      model = step.organisation;
    }
    await expectEveryGroup(model);
  });

  it('can load an organisation of size M', async () => {
    const larger = makeOrganisation({ size: 'M' });
    await slapd.load([...ldif(larger)]);
    await client.bind(slapd.adminDn, slapd.adminPassword);
    expect(await count('(objectClass=inetOrgPerson)')).toBe(larger.people.length);
  });
});
