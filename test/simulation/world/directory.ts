/** The directory server of a trial, with all people and no groups. */
import { type LdapServer, startLdapServer } from '../../../dev/fake-ldap/server/server.ts';
import type { LdifEntry } from '../../../dev/fake-ldap/tree/ldif.ts';
import { personEntry } from '../../support/given/company.ts';
import { uuid } from '../../support/given/saved-plan.ts';
import { UNITS, USERNAMES } from './scenario.ts';

export function startDirectory(): Promise<LdapServer> {
  const entries: LdifEntry[] = [
    { dn: 'dc=test', attributes: { objectClass: ['domain'], dc: ['test'] } },
    ...['ou=people,dc=test', 'ou=other,ou=people,dc=test', ...UNITS].map(dn => ({
      dn,
      attributes: { objectClass: ['organizationalUnit'] },
    })),
    ...USERNAMES.map((uid, n) => personEntry(uid, { entryUUID: [uuid(n + 1)] })),
  ];
  return startLdapServer({ entries, accounts: [{ dn: 'cn=rollcall,dc=test', password: 'secret' }] });
}
