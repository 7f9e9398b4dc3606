/** Runs of one person, over all groups of a real OpenLDAP. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { asAdmin } from '../../dev/servers/directory.ts';
import { dn, gdn, hides, hidesValue, named, remove, rename, replace } from '../behaviour/hidden/scene.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import {
  BASE,
  GROUPS,
  groupRecord,
  openSlapdCompany,
  PEOPLE,
  type SlapdCompany,
  unitRecord,
} from '../support/given/slapd-company.ts';

const OTHERS = `ou=others,${BASE}`;

const syncUser = ({ jobs }: SlapdCompany, user: string) => jobs.sync({ user });
const setMembers = (company: SlapdCompany, group: string, ...uids: string[]) =>
  replace(
    gdn(group),
    'member',
    uids.map(uid => dn(uid)),
  )(company);
const addPerson = ({ slapd }: SlapdCompany, uid: string, base = PEOPLE) =>
  asAdmin(slapd, client =>
    client.add(dn(uid, base), { objectClass: ['inetOrgPerson'], uid, cn: uid, sn: uid }),
  );

describe('a run of one person', () => {
  it('adds the person to two groups and removes the person from a third, and equals the run after it (F58)', async () => {
    await using company = await openSlapdCompany({
      groups: [
        groupRecord(1001, 'devs', named('alice')),
        groupRecord(1002, 'ops', named('carol')),
        groupRecord(1003, 'web', named('bob', 'dora')),
      ],
      access: [],
    });
    await company.jobs.sync();
    await setMembers(company, 'devs', 'alice', 'bob');
    await setMembers(company, 'ops', 'bob', 'carol');
    await setMembers(company, 'web', 'dora');
    const run = await syncUser(company, 'bob');
    expect(run).toMatchObject({ status: 'succeeded', user: 'bob', group: undefined });
    const expected = {
      'platform/devs': ['alice', 'bob'],
      'platform/ops': ['bob', 'carol'],
      'platform/web': ['dora'],
    };
    expect(await company.jobs.members()).toEqual(expected);
    expect(await company.jobs.written(() => company.jobs.sync())).toEqual([]);
    expect(await company.jobs.members()).toEqual(expected);
  });

  it('applies what else changed in the groups of the person, and nothing of other groups', async () => {
    await using company = await openSlapdCompany({
      groups: [groupRecord(1001, 'devs', named('alice', 'carol')), groupRecord(1002, 'ops', named('carol'))],
      access: [],
    });
    await company.jobs.sync();
    await setMembers(company, 'devs', 'alice', 'bob', 'dora');
    await setMembers(company, 'ops', 'carol', 'dora');
    await syncUser(company, 'bob');
    expect(await company.jobs.members()).toEqual({
      'platform/devs': ['alice', 'bob', 'dora'],
      'platform/ops': ['carol'],
    });
  });

  it('removes a disabled person from all groups', async () => {
    await using company = await openSlapdCompany({
      groups: [
        groupRecord(1001, 'devs', named('alice', 'bob')),
        groupRecord(1002, 'ops', named('bob', 'carol')),
      ],
      access: [],
    });
    await company.jobs.sync();
    await replace(dn('bob'), 'shadowExpire', ['1'])(company);
    await syncUser(company, 'bob');
    expect(await company.jobs.members()).toEqual({ 'platform/devs': ['alice'], 'platform/ops': ['carol'] });
  });

  it('follows nested groups upwards, and the groups that only the database knows', async () => {
    await using company = await openSlapdCompany({
      groups: [
        groupRecord(1001, 'devs', [...named('alice'), `member: ${gdn('lab')}`]),
        groupRecord(1002, 'lab', named('dora')),
        groupRecord(1003, 'web', ['memberUid: bob', 'memberUid: erik']),
      ],
      access: [],
    });
    await company.jobs.sync();
    await setMembers(company, 'lab', 'bob', 'dora');
    await replace(gdn('web'), 'memberUid', ['erik'])(company);
    await syncUser(company, 'BOB');
    expect(await company.jobs.members()).toEqual({
      'platform/devs': ['alice', 'bob', 'dora'],
      'platform/lab': ['bob', 'dora'],
      'platform/web': ['erik'],
    });
  });

  it('keeps the memberships of groups, and by values, that the account does not see any more (G01)', async () => {
    await using company = await openSlapdCompany({
      groups: [
        groupRecord(1001, 'devs', named('alice', 'bob')),
        groupRecord(1002, 'ops', named('bob')),
        groupRecord(1003, 'web', named('alice', 'bob')),
      ],
      access: [
        hides(gdn('devs'), 'entry,children,@extensibleObject'),
        hidesValue(gdn('web'), 'member', dn('bob')),
      ],
    });
    await company.jobs.sync();
    company.bindRestricted();
    await setMembers(company, 'ops', 'carol');
    await syncUser(company, 'bob');
    await syncUser(company, 'bob');
    await syncUser(company, 'bob');
    expect(await company.jobs.members()).toEqual({
      'platform/devs': ['alice', 'bob'],
      'platform/ops': ['carol'],
      'platform/web': ['alice', 'bob'],
    });
  });

  it('keeps a person whose entry is gone until two complete reads have missed it', async () => {
    await using company = await openSlapdCompany({
      groups: [groupRecord(1001, 'devs', named('alice', 'bob'))],
      access: [],
    });
    await company.jobs.sync();
    await remove(dn('bob'))(company);
    for (let run = 0; run < 3; run += 1)
      expect(await syncUser(company, 'bob')).toMatchObject({ errorCode: undefined });
    expect(await company.jobs.members()).toEqual({ 'platform/devs': ['alice', 'bob'] });
    await company.jobs.sync();
    await company.jobs.sync();
    expect(await company.jobs.members()).toEqual({ 'platform/devs': ['alice'] });
  });

  it('reads the entry of the local user, not another one that has the username now', async () => {
    await using company = await openSlapdCompany({
      groups: [groupRecord(1001, 'devs', named('alice', 'bob')), groupRecord(1002, 'ops', named('carol'))],
      access: [],
    });
    await company.jobs.sync();
    await rename(dn('bob'), `uid=robert,${PEOPLE}`)(company);
    await addPerson(company, 'bob');
    await replace(gdn('devs'), 'member', [dn('alice')])(company);
    await syncUser(company, 'bob');
    expect(await company.jobs.members()).toEqual({ 'platform/devs': ['alice'], 'platform/ops': ['carol'] });
  });

  it.each(['ida', `UID=ida, ${PEOPLE}`])('links and adds a newcomer who is named as %s', async user => {
    await using company = await openSlapdCompany({
      groups: [groupRecord(1001, 'devs', named('alice'))],
      access: [],
      locals: ['ida'],
    });
    await company.jobs.sync();
    await addPerson(company, 'ida');
    await setMembers(company, 'devs', 'alice', 'ida');
    await syncUser(company, user);
    expect(await company.jobs.members()).toEqual({ 'platform/devs': ['alice', 'ida'] });
  });

  it('refuses a username that two entries have, names both, and links neither of them by DN (G11)', async () => {
    await using company = await openSlapdCompany({
      groups: [groupRecord(1001, 'devs', named('alice'))],
      access: [],
      locals: ['ida'],
      records: [unitRecord(OTHERS)],
      users: { baseDn: BASE },
    });
    await company.jobs.sync();
    await addPerson(company, 'ida');
    await addPerson(company, 'ida', OTHERS);
    await setMembers(company, 'devs', 'alice', 'ida');
    const refused = await syncUser(company, 'ida');
    expect(refused).toMatchObject({ status: 'failed', errorCode: 'ambiguous_user' });
    expect(refused.errorMessage).toContain(`"${dn('ida')}", "${dn('ida', OTHERS)}"`);
    expect(await syncUser(company, dn('ida'))).toMatchObject({ errorCode: undefined });
    expect(await company.jobs.members()).toEqual({ 'platform/devs': ['alice'] });
    expect(await rowsOf(company.jobs.db, sql`select from directory_user where dn ~ 'ida'`)).toEqual([]);
  });

  it.each(['nobody', `uid=nobody,${PEOPLE}`, `cn=devs,${GROUPS}`])(
    'refuses %s, who is no person, and says what to do',
    async user => {
      await using company = await openSlapdCompany({
        groups: [groupRecord(1001, 'devs', named('alice'))],
        access: [],
      });
      await company.jobs.sync();
      const run = await syncUser(company, user);
      expect(run).toMatchObject({ status: 'failed', errorCode: 'unknown_user' });
      expect(run.errorMessage).toContain('Give the DN of the entry');
    },
  );

  it('changes nothing of a person in no group', async () => {
    await using company = await openSlapdCompany({
      groups: [groupRecord(1001, 'devs', named('alice'))],
      access: [],
    });
    await company.jobs.sync();
    const written = await company.jobs.written(async () =>
      expect(await syncUser(company, 'hal')).toMatchObject({ status: 'succeeded' }),
    );
    expect(written).toEqual([]);
  });
});
