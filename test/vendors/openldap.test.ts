/** Rollcall with a real OpenLDAP. */
import { describe, expect, it } from 'vitest';
import { makeOrganisation } from '../../dev/organisation/generate/organisation.ts';
import { ldif } from '../../dev/organisation/write/ldif.ts';
import { readDirectory } from '../../src/directory/read/read-directory.ts';
import { startSlapd } from '../support/servers/slapd.ts';
import { checkVendor } from './checks.ts';

describe('OpenLDAP', () => {
  const organisation = makeOrganisation({ size: 'S', dialect: 'openldap', dynamic: true });
  const start = () => startSlapd({ ldif: [...ldif(organisation)], limits: { capped: 100 } });
  checkVendor(organisation, start, scene => {
    it('ends the read if the account may not get all pages (F12)', async () => {
      const { directory, server } = scene();
      const capped = { ...directory, bindDn: `cn=capped,ou=services,${server.baseDn}`, pageSize: 30 };
      await expect(readDirectory(capped)).rejects.toMatchObject({ code: 'size_limit' });
    });
  });
});
