/** Names with several values, none of them in the DN, which servers return in any order (RFC 4511 section 4.1.7). */
import { describe, expect, it } from 'vitest';
import { searchFault } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { groupDn, openCompany } from '../../support/given/company.ts';
import { mapping } from '../../support/given/values.ts';

/** Returns the values of an attribute in the opposite order. */
const backwards = searchFault((search, answer) =>
  answer(search).map(part =>
    part.kind === 'entry'
      ? {
          ...part,
          attributes: part.attributes.map(each => ({ ...each, values: each.values.toReversed() })),
        }
      : part,
  ),
);

describe('a name with several values', () => {
  it('is the same from servers that return the values in another order, and a group keeps it (G87)', async () => {
    await using company = await openCompany({
      groups: { devs: ['alice'] },
      settings: { mappings: [mapping({ name: '{description}' })] },
    });
    company.ldap.modify(groupDn('devs'), { add: { description: ['beta', 'gamma'] } });
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/beta': ['alice'] });
    company.ldap.inject(backwards);
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/beta': ['alice'] });

    const { warnings } = await readDirectory(company.settings);
    expect(warnings).toContainEqual(expect.stringMatching(/^1 entries have several values.*"cn=devs,/));

    company.ldap.modify(groupDn('devs'), { add: { description: ['alpha'] } });
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/beta': ['alice'] });
    company.ldap.heal();
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/beta': ['alice'] });

    company.ldap.modify(groupDn('devs'), { delete: { description: ['beta'] } });
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/alpha': ['alice'] });
  });
});
