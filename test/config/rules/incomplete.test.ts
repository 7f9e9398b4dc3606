/** Settings with which a read would not see everything are refused. */
import { describe, expect, it } from 'vitest';
import { configText, loadText, problemsOf } from '../../support/config.ts';

describe('a configuration whose reads would be incomplete', () => {
  it.each(['ldaps://dc1.example.com:3269', 'ldaps://dc1.example.com:3269/', 'ldap://dc1.example.com:3268'])(
    'is refused with the Global Catalog %s (G47)',
    async url => {
      const plain = url.startsWith('ldap:') ? '    startTls: true\n' : '';
      const problems = await problemsOf(
        configText(['ldaps://ldap.example.com', url], ['    users:', `${plain}    users:`]),
      );
      expect(problems).toEqual([expect.stringMatching(/urls\[0\]: is the port of a Global Catalog/)]);
    },
  );

  it('may use that port of another product (G47)', async () => {
    const url = 'ldaps://ldap.example.com:3269';
    const text = configText(
      ['ldaps://ldap.example.com', url],
      ['    users:', '    vendor: 389ds\n    users:'],
    );
    expect((await loadText(text)).settings.directories[0]?.urls).toEqual([url]);
  });

  it.each(['memberOf', 'MEMBEROF', 'isMemberOf', 'groupMembership'])(
    'is refused with %s as an attribute that lists members (G47)',
    async name => {
      const text = configText(['    groups: {', `    groups: { members: [member, ${name}],`]);
      expect(await problemsOf(text)).toEqual([
        expect.stringMatching(/groups\.members\[1\]: lists the groups of an entry, not its members/),
      ]);
    },
  );
});
