/** The sample directory of the demo contains the examples that its comments list. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startLdapServer } from '../../../dev/fake-ldap/server/server.ts';
import { type LdifEntry, parseLdif } from '../../../dev/fake-ldap/tree/ldif.ts';
import { dnKey } from '../../../src/text/dn-key.ts';

const file = new URL('../../../dev/organisation/sample.ldif', import.meta.url);
const entries = parseLdif(await readFile(file, 'utf8'));
const people = ofClass('inetOrgPerson');
const groups = ['groupOfNames', 'groupOfUniqueNames', 'posixGroup'].flatMap(ofClass);

function ofClass(name: string): LdifEntry[] {
  return entries.filter(entry => valuesOf(entry, 'objectClass').includes(name));
}

function valuesOf({ attributes }: LdifEntry, name: string): string[] {
  return (attributes[name] ?? []).map(String);
}

function only(found: readonly LdifEntry[]): string {
  expect(found).toHaveLength(1);
  return found.flatMap(entry => valuesOf(entry, 'cn')).join();
}

/** Values of one attribute that match no entry or no username. */
function dangling(attribute: string, known: (value: string) => boolean): string[] {
  return groups.flatMap(group => valuesOf(group, attribute)).filter(value => !known(value));
}

describe('the sample organisation', () => {
  it('is as large as its first lines say, and is served completely', async () => {
    expect([people.length, groups.length]).toEqual([60, 21]);
    await expect(startLdapServer({ entries }).then(server => server.close())).resolves.toBeUndefined();
  });

  it('has a unique entryUUID for every entry, and a username for every person', () => {
    const ids = entries.map(entry => valuesOf(entry, 'entryUUID').join());
    expect(new Set(ids).size).toBe(entries.length);
    expect(ids.every(id => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(id))).toBe(true);
    expect(new Set(people.map(person => valuesOf(person, 'uid').join().toLowerCase())).size).toBe(60);
  });

  it('has every example that its comments list', () => {
    expect(only(people.filter(person => valuesOf(person, 'pwdAccountLockedTime').length > 0))).toBe(
      'Rupert Sallow',
    );
    expect(only(people.filter(person => valuesOf(person, 'mail').length === 0))).toBe('Ellery Vane');
    expect(only(people.filter(person => person.dn.includes('\\')))).toBe('Winterbourne, Ada');
    expect(only(groups.filter(group => valuesOf(group, 'cn').join().length > 64))).toMatch(
      /^ops-volunteers-/,
    );
    expect(only(groups.filter(group => /member/i.test(Object.keys(group.attributes).join()) === false))).toBe(
      'sales-winter-season',
    );
    expect(people.filter(person => /[^ -~]/.test(valuesOf(person, 'cn').join())).length).toBeGreaterThan(10);
  });

  it('has two groups that contain each other', () => {
    const [bridge, engine] = ['ops-bridge-watch', 'ops-engine-watch'].map(name =>
      groups.find(group => group.dn.startsWith(`cn=${name},`)),
    );
    expect(bridge && valuesOf(bridge, 'member')).toContain(engine?.dn);
    expect(engine && valuesOf(engine, 'member')).toContain(bridge?.dn);
  });

  it('has members without a person: one by DN, one by username, and one in another letter case', () => {
    const keys = new Set(entries.map(entry => dnKey(entry.dn)));
    const usernames = people.flatMap(person => valuesOf(person, 'uid'));
    expect(dangling('member', value => keys.has(dnKey(value)))).toEqual([
      'uid=old.tom,ou=people,dc=halyard,dc=example',
    ]);
    expect(dangling('uniqueMember', value => keys.has(dnKey(value)))).toEqual([]);
    expect(dangling('memberUid', value => usernames.includes(value))).toEqual(['radio-robot', 'quentin']);
  });
});
