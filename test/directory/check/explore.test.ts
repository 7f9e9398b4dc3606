/** What `rollcall init` proposes for the people and groups of a directory. */
import { describe, expect, it } from 'vitest';
import { commonBase, parentOf } from '../../../src/directory/check/containers.ts';
import { exploreDirectory } from '../../../src/directory/check/explore.ts';
import { serve } from '../../support/given/directory.ts';

const entry = (dn: string, attributes: Readonly<Record<string, readonly string[]>>) => ({ dn, attributes });

describe('exploreDirectory', () => {
  it('proposes the filters of Active Directory, without computers and distribution lists', async () => {
    const person = (name: string) =>
      entry(`CN=${name},OU=People,OU=Berlin,dc=test`, {
        objectClass: ['top', 'person', 'user'],
        objectCategory: ['person'],
        sAMAccountName: [name],
      });
    const group = (name: string, groupType: number) =>
      entry(`CN=${name},OU=Groups,dc=test`, {
        objectClass: ['top', 'group'],
        objectCategory: ['group'],
        groupType: [String(groupType)],
        member: ['CN=alice,OU=People,OU=Berlin,dc=test'],
      });
    await using directory = await serve(
      [
        entry('OU=Berlin,dc=test', { objectClass: ['organizationalUnit'] }),
        entry('OU=People,OU=Berlin,dc=test', { objectClass: ['organizationalUnit'] }),
        person('alice'),
        person('bob'),
        entry('CN=PC1,dc=test', {
          objectClass: ['user', 'computer'],
          objectCategory: ['computer'],
          sAMAccountName: ['PC1$'],
        }),
        group('staff', -2147483646),
        group('news', 2),
      ],
      { vendor: 'auto' },
      { rootDse: { supportedCapabilities: ['1.2.840.113556.1.4.800'] } },
    );
    expect(await exploreDirectory(directory.settings)).toMatchObject({
      vendor: 'activedirectory',
      base: 'dc=test',
      users: { baseDn: 'OU=People,OU=Berlin,dc=test', username: 'sAMAccountName', found: 2 },
      groups: { baseDn: 'OU=Groups,dc=test', members: ['member'], found: 1 },
    });
  });
});

describe('commonBase', () => {
  it.each([
    [['ou=a,dc=x'], 'ou=a,dc=x'],
    [['ou=a,dc=x', 'OU=B,DC=X'], 'dc=x'],
    [['ou=a,dc=x', 'dc=x'], 'dc=x'],
    [['ou=aa,dc=x', 'ou=a,dc=x'], 'dc=x'],
    [['dc=x', 'dc=y'], undefined],
    [[], undefined],
  ])('of %j is %s', (dns, base) => {
    expect(commonBase(dns)).toBe(base);
  });
});

describe('parentOf', () => {
  it.each([
    ['uid=a,ou=people,dc=x', 'ou=people,dc=x'],
    ['cn=Müller\\, Anna, ou=people,dc=x', 'ou=people,dc=x'],
    ['cn=back\\\\,dc=x', 'dc=x'],
    ['dc=x', ''],
  ])('of %s is "%s"', (dn, parent) => {
    expect(parentOf(dn)).toBe(parent);
  });
});
