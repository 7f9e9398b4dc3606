/** A read with another identity attribute would orphan all links. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { requireIdAttributes } from '../../../src/app/commands/require-id-attribute.ts';
import { ConfigError } from '../../../src/errors.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { uuid } from '../../support/given/values.ts';

const AS_IT_WAS = { 'platform/crew': ['p1', 'p2'] };

/** Every entry has an objectGUID as well, and was read by its entryUUID. */
async function synced(): Promise<Company> {
  const company = await openCompany({ people: ['p1', 'p2'], groups: { crew: ['p1', 'p2'] } });
  await company.sync();
  const dns = [personDn('p1'), personDn('p2'), groupDn('crew')];
  for (const [n, dn] of dns.entries()) company.ldap.modify(dn, { replace: { objectGUID: [uuid(500 + n)] } });
  company.settings = { ...company.settings, idAttribute: 'objectGUID' };
  return company;
}

const settingsOf = ({ settings }: Company) => ({ directories: [settings] });

describe('another identity attribute', () => {
  it('fails the run with its own code, changes nothing, and names both ways out (B11)', async () => {
    await using company = await synced();
    for (let run = 0; run < 2; run++) {
      let id = 0;
      expect(await company.written(async () => ({ id } = await company.sync()))).toEqual([]);
      const { status, errorCode, errorMessage } = await company.run(id);
      expect({ status, errorCode }).toEqual({ status: 'failed', errorCode: 'id_attribute_changed' });
      expect(errorMessage).toContain('idAttribute: entryUUID again');
      expect(errorMessage).toContain('rollcall relink corp');
    }
    expect(await company.members()).toEqual(AS_IT_WAS);
    company.settings = { ...company.settings, idAttribute: 'entryUUID' };
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
  });

  it('prevents the service from starting while links use the other attribute (B11)', async () => {
    await using company = await synced();
    const starting = requireIdAttributes(company.db, settingsOf(company));
    await expect(starting).rejects.toThrow(ConfigError);
    await expect(starting).rejects.toThrow(
      /directories\[0\].idAttribute is objectGUID.*use entryUUID.*relink/,
    );
    company.settings = { ...company.settings, idAttribute: 'auto' };
    await requireIdAttributes(company.db, settingsOf(company));
  });

  it('is accepted if nothing is linked, and the next read is compared with it (B11)', async () => {
    await using company = await openCompany({ people: ['p1'], groups: {} });
    await company.sync();
    company.ldap.modify(personDn('p1'), { replace: { objectGUID: [uuid(500)] } });
    company.settings = { ...company.settings, idAttribute: 'objectGUID' };
    await requireIdAttributes(company.db, settingsOf(company));
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await rowsOf(company.db, sql`select id_attribute from directory_state`)).toEqual([
      { id_attribute: 'objectGUID' },
    ]);
  });
});
