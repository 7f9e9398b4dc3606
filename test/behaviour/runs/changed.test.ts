/**
 * A configuration, server or version of Rollcall that differs from that of the last read: suspicious removals are held.
 */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { NORMALISATION } from '../../../src/plan/guard/normalisation.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';

const CREW = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8'];
const AS_IT_WAS = { 'platform/crew': CREW, 'platform/duo': ['p1', 'p2'] };
const ADA = { by: 'ada', reason: 'the filter was meant so' };

async function synced(): Promise<Company> {
  const company = await openCompany({ people: CREW, groups: { crew: CREW, duo: ['p1', 'p2'] } });
  await company.sync();
  return company;
}

/** Two of eight leave, which is below the limits; one person is added. */
function shrink(company: Company): void {
  company.ldap.modify(groupDn('crew'), { replace: { member: CREW.slice(2).map(uid => personDn(uid)) } });
  company.ldap.modify(groupDn('duo'), { add: { member: [personDn('p3')] } });
}

const lastRead = async ({ db }: Company) =>
  (await rowsOf(db, sql<object>`select server, config_digest, normalisation from directory_state`))[0];

describe('a run whose circumstances changed', () => {
  it('a changed configuration also holds removals that wait for a second read, of people who are absent then (F15, G17)', async () => {
    await using company = await synced();
    const { users } = company.settings;
    const filter = '(&(objectClass=inetOrgPerson)(uid=*))';
    company.settings = { ...company.settings, users: { ...users, filter } };
    for (const uid of ['p7', 'p8']) company.ldap.delete(personDn(uid));
    expect(await company.sync()).toMatchObject({ status: 'succeeded', counts: { plan: { doubts: 2 } } });
    expect(await company.sync()).toMatchObject({ status: 'held', counts: { held: { removals: 2 } } });
    expect(await company.members()).toEqual(AS_IT_WAS);
  });

  it('a changed configuration holds removals that would pass otherwise, until an approval; additions continue (F15)', async () => {
    await using company = await synced();
    const before = await lastRead(company);
    shrink(company);
    const { users } = company.settings;
    company.settings = {
      ...company.settings,
      users: { ...users, filter: '(&(objectClass=inetOrgPerson)(uid=*))' },
    };
    const first = await company.sync();
    expect(first).toMatchObject({ status: 'held', counts: { held: { removals: 2 }, applied: { added: 1 } } });
    expect(first.counts.held?.reasons.at(-1)).toContain('the configuration (users) changed');
    expect(await lastRead(company)).toEqual(before);

    // A second read with the same configuration still differs from the one that passed the guard.
    expect(await company.sync()).toMatchObject({ counts: { held: { removals: 2, run: first.id } } });
    expect(await company.members()).toEqual({ ...AS_IT_WAS, 'platform/duo': ['p1', 'p2', 'p3'] });

    expect(await company.approve(first, ADA)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { removed: 2 } },
    });
    expect(await lastRead(company)).not.toEqual(before);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('another server, by its name, does the same (F15)', async () => {
    await using company = await synced();
    shrink(company);
    const elsewhere: typeof readDirectory = async (settings, options) => ({
      ...(await readDirectory(settings, options)),
      server: 'ldap://replica.test',
    });
    const id = await company.request();
    await company.begin(id, { readDirectory: elsewhere });
    await company.work();
    const { status, counts } = await company.run(id);
    expect(status).toBe('held');
    expect(counts.held?.reasons.at(-1)).toContain(
      'the server that answered (ldap://replica.test, not ldap://',
    );
    expect(await company.sync()).toMatchObject({ status: 'succeeded', counts: { applied: { removed: 2 } } });
  });

  it('the first run after an upgrade that compares names differently removes no member (F95)', async () => {
    await using company = await synced();
    await rowsOf(company.db, sql`update directory_state set normalisation = 'of the version before'`);
    expect(await company.sync()).toMatchObject({ status: 'succeeded', counts: { applied: { removed: 0 } } });
    expect(await lastRead(company)).toMatchObject({ normalisation: NORMALISATION });

    await rowsOf(company.db, sql`update directory_state set normalisation = null`);
    company.ldap.modify(groupDn('duo'), { replace: { member: [personDn('p1')] } });
    for (let run = 0; run < 2; run++) {
      const { status, counts } = await company.sync();
      expect(status).toBe(run === 0 ? 'held' : 'succeeded');
      expect(counts.held?.reasons.at(-1)).toContain('normalisation of names and DNs changed');
    }
    expect(await company.members()).toEqual(AS_IT_WAS);
  });

  it('a schedule reads again after an upgrade, though the directory did not change (F95)', async () => {
    await using company = await synced();
    expect(await company.sync({ trigger: 'schedule' })).toMatchObject({ counts: { unchanged: true } });
    await rowsOf(company.db, sql`update directory_state set marker = 'as the version before wrote it'`);
    expect((await company.sync({ trigger: 'schedule' })).counts.unchanged).toBeUndefined();
  });
});
