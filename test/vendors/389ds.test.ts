import { describe } from 'vitest';
import { startDs389 } from '../../dev/embedded/ds389.ts';
import { ldif } from '../../dev/organisation/ldif.ts';
import { makeOrganisation } from '../../dev/organisation/organisation.ts';
import { checkVendor } from './checks.ts';

describe('389 Directory Server', () => {
  const organisation = makeOrganisation({ size: 'S', dialect: '389ds', dynamic: true });
  checkVendor(organisation, () => startDs389({ ldif: [...ldif(organisation)] }));
});
