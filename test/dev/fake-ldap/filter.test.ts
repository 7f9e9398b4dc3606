/** The LDAP server of the tests evaluates filters as RFC 4511 says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LdapServer } from '../../../dev/fake-ldap/server/server.ts';
import { bound, codeOf, startFixture, suffix } from './fixture.ts';

const people = ['ada', 'grace', 'zoe', 'star', 'Doe, John'];

describe('filters', () => {
  let server: LdapServer;
  beforeAll(async () => {
    server = await startFixture();
  });
  afterAll(() => server.close());

  async function found(filter: string): Promise<string[]> {
    await using client = await bound(server);
    const { searchEntries } = await client.search(suffix, { filter, attributes: ['uid', 'cn'] });
    return searchEntries.map(({ uid = [], cn }) => String(uid.length > 0 ? uid : cn));
  }

  it.each([
    ['presence', '(uidNumber=*)', ['ada', 'grace']],
    ['presence of nothing', '(shoeSize=*)', []],
    ['equality in any letter case', '(cn=ada LOVELACE)', ['ada']],
    ['equality with other spaces', '(cn=  zoë ångström )', ['zoe']],
    ['equality with one of several values', '(mail=countess@example.org)', ['ada']],
    ['equality with escaped characters', '(cn=star \\2a \\28and\\29 \\5c more)', ['star']],
    ['equality in letter case, where that counts', '(memberUid=grace)', []],
    ['equality in that letter case', '(memberUid=Grace)', ['posix']],
    ['a DN that is spelled differently', `(member=uid=ada,ou=people,${suffix})`, ['devs']],
    ['a DN with the comma escaped differently', `(member=cn=doe\\5c, john,ou=people,${suffix})`, ['devs']],
    ['a DN whose value has a UID part', `(uniqueMember=uid=zoe,ou=people,${suffix})`, ['unique']],
    ['a text that is not a DN', '(member=nobody)', []],
    ['entryDN', `(entryDN=UID=Grace,OU=People,${suffix})`, ['grace']],
    ['an identifier', '(entryUUID=0C4E4F0A-7A1F-4B0C-9F6E-2D7C0F1B3A55)', ['zoe']],
    ['approximate match, as equality', '(cn~=grace hopper)', ['grace']],
    ['greater or equal, as numbers', '(uidNumber>=1000)', ['grace']],
    ['less or equal, as numbers', '(uidNumber<=900)', ['ada']],
    ['greater or equal, as text', '(uid>=star)', ['zoe', 'star']],
    ['a beginning', '(cn=GR*)', ['grace']],
    ['an end', '(cn=*lace)', ['ada']],
    ['parts in the middle', '(cn=*a*a*l*)', ['ada']],
    ['parts that would have to overlap', '(uid=ada*ada)', []],
    ['parts with a space at the end', '(cn=ada *)', ['ada']],
    ['and', '(&(uid=*)(uidNumber=*)(cn=*hopper))', ['grace']],
    ['or, in the order of the entries', '(|(uid=zoe)(cn=ada*)(uid=grace))', ['ada', 'grace', 'zoe']],
    ['not, with those who lack the attribute', '(&(objectClass=person)(!(uid=ada)))', people.slice(1)],
    ['a bit that is set', '(userAccountControl:1.2.840.113556.1.4.803:=2)', ['grace']],
    ['any of some bits', '(userAccountControl:1.2.840.113556.1.4.804:=514)', ['grace', 'star']],
    ['extensible match without a rule, as equality', '(cn:=ada lovelace)', ['ada']],
  ])('find by %s', async (_, filter, expected) => {
    expect(await found(filter)).toEqual(expected);
  });

  it('find each of a thousand entries that one filter names', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => `(entryDN=uid=x${index},ou=people,${suffix})`);
    const named = ['ada', 'zoe'].map(uid => `(entryDN=uid=${uid},ou=people,${suffix})`);
    expect(await found(`(|${many.join('')}${named.join('')})`)).toEqual(['ada', 'zoe']);
  });

  it('are refused if they name an unknown matching rule', async () => {
    expect(await codeOf(found('(cn:1.2.3.4:=ada)'))).toBe(18);
  });
});
