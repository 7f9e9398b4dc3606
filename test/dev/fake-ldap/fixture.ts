/** A small in-process LDAP server with entries and clients, for the tests of that server. */
import { Client } from 'ldapts';
import {
  type LdapServer,
  type LdapServerOptions,
  startLdapServer,
} from '../../../dev/fake-ldap/server/server.ts';
import type { LdifEntry } from '../../../dev/fake-ldap/tree/ldif.ts';

export const suffix = 'dc=example,dc=org';
export const account = { dn: `cn=reader,${suffix}`, password: 'reads' };

function person(uid: string, cn: string, attributes: LdifEntry['attributes'] = {}): LdifEntry {
  return {
    dn: `uid=${uid},ou=people,${suffix}`,
    attributes: { objectClass: ['person'], uid: [uid], cn: [cn], ...attributes },
  };
}

/** Five people and three groups, in this order. */
export const entries: readonly LdifEntry[] = [
  { dn: suffix, attributes: { objectClass: ['domain'], dc: ['example'] } },
  { dn: `ou=people,${suffix}`, attributes: { objectClass: ['organizationalUnit'], ou: ['people'] } },
  { dn: `ou=groups,${suffix}`, attributes: { objectClass: ['organizationalUnit'], ou: ['groups'] } },
  person('ada', 'Ada Lovelace', { mail: ['ada@example.org', 'countess@example.org'], uidNumber: ['900'] }),
  person('grace', 'Grace Hopper', { uidNumber: ['1010'], userAccountControl: ['514'] }),
  person('zoe', 'Zoë  Ångström', { entryUUID: ['0c4e4f0a-7a1f-4b0c-9f6e-2d7c0f1b3a55'] }),
  person('star', 'Star * (and) \\ more', { userAccountControl: ['512'] }),
  { dn: `cn=Doe\\, John,ou=people,${suffix}`, attributes: { objectClass: ['person'], cn: ['Doe, John'] } },
  {
    dn: `cn=devs,ou=groups,${suffix}`,
    attributes: {
      objectClass: ['groupOfNames'],
      cn: ['devs'],
      member: [`UID=Ada, OU=People,${suffix}`, `cn=Doe\\2C John,ou=people,${suffix}`],
    },
  },
  {
    dn: `cn=unique,ou=groups,${suffix}`,
    attributes: {
      objectClass: ['groupOfUniqueNames'],
      cn: ['unique'],
      uniqueMember: [`uid=zoe,ou=people,${suffix}#'0101'B`],
    },
  },
  {
    dn: `cn=posix,ou=groups,${suffix}`,
    attributes: {
      objectClass: ['posixGroup'],
      cn: ['posix'],
      gidNumber: ['42'],
      memberUid: ['ada', 'Grace'],
    },
  },
];

/** These people and groups on a separate server. */
export function startFixture(options: Partial<LdapServerOptions> = {}): Promise<LdapServer> {
  return startLdapServer({ entries, accounts: [account], ...options });
}

/** A client without a bind; it fails after two seconds without an answer. */
export function connect({ url }: LdapServer): Client {
  return new Client({ url, connectTimeout: 2000, timeout: 2000 });
}

/** A client with the bind of the account. */
export async function bound(server: LdapServer): Promise<Client> {
  const client = connect(server);
  await client.bind(account.dn, account.password);
  return client;
}

/** The result code of a failure; 0 for success. */
export async function codeOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
    return 0;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}
