/** The sample's dynamic groups have exactly the members that OpenLDAP finds for their URLs. */
import { Client, type Entry } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeOrganisation } from '../../../dev/organisation/generate/organisation.ts';
import { isUnder, placeAt } from '../../../dev/organisation/model/model.ts';
import { trueMembers } from '../../../dev/organisation/truth/truth.ts';
import { ldif } from '../../../dev/organisation/write/ldif.ts';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import { startSlapd } from '../../support/servers/slapd.ts';

const organisation = makeOrganisation({ size: 'S', dynamic: true });
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

/** The entries that the server finds for an LDAP URL (RFC 4516) of our form. */
async function search(url: string): Promise<Entry[]> {
  const [base = '', , scope, filter = ''] = url.replace('ldap:///', '').split('?');
  const found = await client.search(decodeURIComponent(base), {
    scope: scope === 'one' ? 'one' : 'sub',
    filter,
    attributes: ['entryUUID'],
  });
  return found.searchEntries;
}

/** The local users that the server finds for any URL of a group. */
async function askedFor(urls: readonly string[]): Promise<string[]> {
  const entries = (await Promise.all(urls.map(search))).flat();
  const ids = new Set(entries.map(entry => String(entry['entryUUID'])));
  return organisation.people
    .filter(({ id, disabled, usernames }) => ids.has(id) && !disabled && usernames.length > 0)
    .filter(({ place }) => isUnder(place, placeAt(organisation, 'People')))
    .flatMap(({ local }) => local ?? [])
    .sort();
}

describe('dynamic groups', () => {
  it('have exactly the true members that OpenLDAP finds for their URLs', async () => {
    const { searchEntries } = await client.search(slapd.baseDn, {
      filter: '(objectClass=groupOfURLs)',
      attributes: ['cn', 'memberURL'],
    });
    const sizes = new Map<string, number>();
    for (const { cn, memberURL } of searchEntries) {
      const group = organisation.groups.find(one => one.cn === cn);
      if (group === undefined) throw new Error(`the model has no group "${String(cn)}"`);
      const members = await askedFor([memberURL ?? []].flat().map(String));
      expect(trueMembers(organisation, group), group.cn).toEqual(members);
      sizes.set(group.cn, members.length);
    }
    expect(sizes.size).toBe(7);
    expect([...sizes].filter(([, size]) => size === 0).map(([name]) => name)).toEqual([
      'dynamic: not below',
      'dynamic: outsiders',
      'dynamic: nobody',
    ]);
  });

  it('are stored in OpenLDAP like any other group', () => {
    const [anywhere, holder] = ['dynamic: anywhere', 'holds a dynamic group'].map(cn =>
      organisation.groups.find(group => group.cn === cn),
    );
    if (anywhere === undefined || holder === undefined) throw new Error('the model has no dynamic groups');
    expect(trueMembers(organisation, holder)).toEqual(trueMembers(organisation, anywhere));
  });
});
