import { describe } from 'vitest';
import { ldif } from '../../dev/organisation/ldif.ts';
import { makeOrganisation } from '../../dev/organisation/organisation.ts';
import { startSlapd } from '../support/slapd.ts';
import { checkVendor } from './checks.ts';

describe('OpenLDAP', () => {
  const organisation = makeOrganisation({ size: 'S', dialect: 'openldap', dynamic: true });
  checkVendor(organisation, () => startSlapd({ ldif: [...ldif(organisation)] }));
});
