/** A search below a missing entry names its closest existing ancestor. */
import { describe, expect, it } from 'vitest';
import { createEntry } from '../../../dev/fake-ldap/tree/entries.ts';
import { createTree } from '../../../dev/fake-ldap/tree/tree.ts';
import { entries, suffix } from './fixture.ts';

describe('a tree of entries', () => {
  it.each([
    [`uid=eve,ou=people,${suffix}`, `ou=people,${suffix}`],
    [`cn=a,cn=b,cn=c\\,d,${suffix}`, suffix],
    ['cn=a,dc=elsewhere', ''],
    ['', ''],
  ])('reports for "%s" the closest existing ancestor "%s"', (dn, matchedDn) => {
    const tree = createTree(suffix);
    for (const entry of entries) tree.put(createEntry(entry, new Date(0)));
    expect(() => tree.find(dn)).toThrow(expect.objectContaining({ code: 32, matchedDn }));
  });
});
