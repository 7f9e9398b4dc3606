/** The LDAP server of the tests gives the same answers as OpenLDAP. */
import { Client, type Entry, type SearchOptions } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LdapServer, startLdapServer } from '../../../dev/fake-ldap/server/server.ts';
import { parseLdif } from '../../../dev/fake-ldap/tree/ldif.ts';
import { makeOrganisation } from '../../../dev/organisation/generate/organisation.ts';
import { ldif } from '../../../dev/organisation/write/ldif.ts';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import { startSlapd } from '../../support/servers/slapd.ts';

const suffix = 'dc=example,dc=com';
const people = `ou=People,${suffix}`;
const groups = `ou=Groups,${suffix}`;

describe('the directory in this process and OpenLDAP answer alike', () => {
  let openldap: Slapd;
  let ours: LdapServer;
  beforeAll(async () => {
    const text = [...ldif(makeOrganisation({ size: 'S' }))].join('');
    openldap = await startSlapd({ ldif: text });
    ours = await startLdapServer({
      entries: parseLdif(text),
      accounts: [{ dn: openldap.bindDn, password: openldap.bindPassword }],
    });
  });
  afterAll(async () => {
    await ours.close();
    await openldap.stop();
  });

  /** The result code and the found entries as sorted text, without DNs, because each server writes them differently. */
  async function found(
    url: string,
    dn: string,
    options: SearchOptions,
  ): Promise<{ code: unknown; entries: string[] }> {
    await using client = new Client({ url });
    await client.bind(openldap.bindDn, openldap.bindPassword);
    try {
      const { searchEntries } = await client.search(dn, { attributes: ['*'], ...options });
      return { code: 0, entries: searchEntries.map(entryText).sort() };
    } catch (error) {
      return { code: error instanceof Error && 'code' in error ? error.code : error, entries: [] };
    }
  }

  it.each<[string, SearchOptions, number]>([
    [people, { filter: '(objectClass=inetOrgPerson)', paged: { pageSize: 50 } }, 150],
    [suffix, { filter: '(|(objectClass=groupOfNames)(objectClass=posixGroup))', paged: true }, 20],
    [suffix, { filter: '(&(objectClass=inetOrgPerson)(!(mail=*)))', paged: true }, 1],
    [`OU=people , DC=Example,dc="com"`, { scope: 'one', filter: '(ou=*)' }, 1],
    [people, { filter: '(cn=*o*n*)' }, 1],
    [people, { filter: '(cn=zoë ångström-łuć)' }, 1],
    [people, { filter: '(cn= TWO INNER  spaces)' }, 1],
    [people, { filter: '(cn=star\\2a\\28paren\\29)' }, 1],
    [people, { filter: '(cn=\\23hash*)' }, 1],
    [suffix, { filter: '(&(cn=*)(|(cn=a*)(cn=*z)))' }, 1],
    [suffix, { filter: '(gidNumber>=1000)' }, 1],
    [groups, { filter: '(!(objectClass=groupOfNames))' }, 20],
    [suffix, { filter: '(pwdAccountLockedTime=*)', attributes: ['uid', 'pwdAccountLockedTime'] }, 1],
    [people, { filter: '(uid=q.comma)', attributes: ['1.1'] }, 1],
    [people, { filter: '(uid=q.comma)', attributes: ['MAIL'] }, 1],
    [people, { scope: 'base', attributes: ['ou', 'entryDN'] }, 1],
  ])('under %s: %o', async (dn, options, atLeast) => {
    const theirs = await found(openldap.url, dn, options);
    expect(await found(ours.url, dn, options)).toEqual(theirs);
    expect(theirs.entries.length).toBeGreaterThanOrEqual(atLeast);
  });

  it.each([
    [`uid=nobody,${people}`, 32],
    ['no distinguished name', 34],
    ['dc=other', 32],
  ])('under %s, with the refusal %i', async (dn, code) => {
    expect(await found(openldap.url, dn, {})).toEqual({ code, entries: [] });
    expect(await found(ours.url, dn, {})).toEqual({ code, entries: [] });
  });
});

function entryText(entry: Entry): string {
  const attributes = Object.entries(entry).filter(([name]) => name !== 'dn');
  const lines = attributes.map(
    ([name, values]) => `${name}: ${[values].flat().map(String).sort().join('|')}`,
  );
  return lines.sort().join('\n');
}
