/** The sample organisation has the same people and members in the form of each directory server. */
import { describe, expect, it } from 'vitest';
import { churn } from '../../../dev/organisation/churn/churn.ts';
import { makeOrganisation } from '../../../dev/organisation/generate/organisation.ts';
import type { Dialect } from '../../../dev/organisation/model/dialect.ts';
import { writeDn } from '../../../dev/organisation/model/dn.ts';
import { groupEntry, memberValues, personEntry } from '../../../dev/organisation/model/entries.ts';
import { dnOf } from '../../../dev/organisation/model/model.ts';
import { expectedAtFirst } from '../../../dev/organisation/truth/truth.ts';
import { ldif } from '../../../dev/organisation/write/ldif.ts';
import { loadOperations } from '../../../dev/organisation/write/load.ts';

const dialects: readonly Dialect[] = ['openldap', '389ds', 'activedirectory'];
const windows = makeOrganisation({ size: 'S', dialect: 'activedirectory' });

describe('an organisation in every dialect', () => {
  it.each(dialects)('has as many people and groups, and a churn from beginning to end (%s)', dialect => {
    const organisation = makeOrganisation({ size: 'S', dialect });
    expect(organisation.people).toHaveLength(windows.people.length);
    expect(organisation.groups).toHaveLength(windows.groups.length);
    expect([...churn(organisation)]).toHaveLength([...churn(windows)].length);
  });

  it('has the same members at 389 Directory Server as at OpenLDAP', () => {
    const truth = (dialect: Dialect) => expectedAtFirst(makeOrganisation({ size: 'S', dialect }));
    expect(truth('389ds')).toEqual(truth('openldap'));
  });

  it('has identities of the kind of 389 Directory Server', () => {
    const text = [...ldif(makeOrganisation({ size: 'S', dialect: '389ds' }))].join('');
    expect(text).not.toContain('entryUUID');
    expect(text).toMatch(/^nsUniqueId: [0-9a-f]{8}(-[0-9a-f]{8}){3}$/m);
  });
});

describe('an organisation for Active Directory', () => {
  it('has no cn longer than 64, and no duplicate of a unique value', () => {
    const entries = [...windows.people, ...windows.groups];
    expect(Math.max(...entries.map(({ cn }) => cn.length))).toBe(64);
    const unique = (values: readonly string[]) => new Set(values.map(value => value.toLowerCase()));
    expect(unique(entries.map(entry => writeDn(dnOf(windows, entry)))).size).toBe(entries.length);
    const accounts = [
      ...windows.people.map(person => personEntry(windows, person)),
      ...windows.groups.map(group => groupEntry(windows, group)),
    ].flatMap(({ attributes }) => attributes['sAMAccountName'] ?? []);
    expect(unique(accounts).size).toBe(accounts.length);
  });

  it('refers only to entries that exist already', () => {
    const there = new Set<string>();
    for (const operation of loadOperations(windows)) {
      const values =
        operation.kind === 'add'
          ? operation.attributes['member']
          : operation.kind === 'modify'
            ? operation.changes.flatMap(change => change.values)
            : [];
      const nowhere = (values ?? []).filter(
        value => !value.startsWith('<SID=') && !there.has(value.toLowerCase()),
      );
      expect(nowhere).toEqual([]);
      there.add(operation.dn.toLowerCase());
    }
  });

  it('keeps usernames in groups that list usernames', () => {
    const posix = windows.groups.find(({ cn }) => cn === 'posix');
    if (posix === undefined) throw new Error('there is no group "posix"');
    expect(memberValues(windows, posix, posix.members)).toContain('ghost');
  });
});
