/** Groups that are missing or seem so: the effects of a wrong base, a jumping clock and a real deletion. */
import { describe, expect, it } from 'vitest';
import { groupDn, openCompany } from '../../support/given/company.ts';

const CREW = ['p1', 'p2', 'p3'];
const names = Array.from({ length: 20 }, (_, n) => `g${n}`);
const GROUPS = Object.fromEntries(names.map(name => [name, CREW]));
const HOUR_MS = 3_600_000;

describe('groups that are not found', () => {
  it('a run with a base that was changed to another existing OU is held, and no read counts as an absence of the groups (F15)', async () => {
    await using company = await openCompany({ people: CREW, groups: GROUPS });
    await company.sync();
    const before = await company.members();
    company.ldap.add({
      dn: 'ou=wrong,dc=test',
      attributes: { objectClass: ['organizationalUnit'], ou: ['wrong'] },
    });
    company.ldap.add({
      dn: groupDn('stranger', 'wrong'),
      attributes: { objectClass: ['groupOfNames'], cn: ['stranger'], member: ['uid=p1,ou=people,dc=test'] },
    });
    const right = company.settings;
    company.settings = { ...right, groups: { ...right.groups, baseDn: 'ou=wrong,dc=test' } };

    for (let run = 0; run < 3; run++) {
      const { status, counts } = await company.sync();
      expect(status).toBe(run === 0 ? 'held' : 'succeeded');
      expect(counts.held?.reasons[0]).toContain('20 of 20 managed groups would disappear at once');
      expect(counts.held?.reasons[1]).toBe(
        'the configuration (groups) changed since the last complete read, so each limit trips when either number is exceeded',
      );
    }
    expect(await company.members()).toEqual(before);
    expect((await company.status()).groups.missing).toBe(0);

    company.settings = right;
    const { status } = await company.sync();
    expect(status).toBe('succeeded');
    expect(await company.members()).toEqual(before);
  });

  it('with a clock that steps back and forth, existing groups lose no member in 60 runs (F14)', async () => {
    await using company = await openCompany({ people: CREW, groups: { crew: CREW, duo: ['p1', 'p2'] } });
    await company.sync();
    const before = await company.members();
    let at = Date.now();
    for (let run = 0; run < 60; run++) {
      at += run % 3 === 0 ? -HOUR_MS : HOUR_MS / 4;
      const id = await company.request({ trigger: run % 2 === 0 ? 'schedule' : 'manual' });
      await company.begin(id, { now: () => new Date(at) });
      await company.work();
      expect((await company.run(id)).status).toBe('succeeded');
    }
    expect(await company.members()).toEqual(before);
    expect((await company.status()).groups.missing).toBe(0);
  });
});
