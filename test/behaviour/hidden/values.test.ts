/** A real OpenLDAP whose access rules hide single values of a group from the account. */
import { sql } from 'kysely';
import { Attribute, Change } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { asAdmin } from '../../../dev/servers/directory.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import {
  GROUPS,
  groupRecord,
  openSlapdCompany,
  PEOPLE,
  type SlapdCompany,
} from '../../support/given/slapd-company.ts';

const dn = (uid: string) => `uid=${uid},${PEOPLE}`;
const named = (...uids: string[]) => uids.map(uid => `member: ${dn(uid)}`);
const hides = (group: string, attribute: string, value: string) =>
  `access to dn.exact="cn=${group},${GROUPS}" attrs=${attribute} val.exact="${value}" by * none`;
const STAFF = groupRecord(1009, 'staff', named('dora', 'erik', 'fay', 'gus', 'hal'));

async function devs({ jobs }: SlapdCompany): Promise<string[] | undefined> {
  return (await jobs.members())['platform/devs'];
}

async function doubts({ jobs }: SlapdCompany): Promise<string[]> {
  const rows = await rowsOf(
    jobs.db,
    sql<{
      line: string;
    }>`select u.username || ' ' || d.kind as line from membership_doubt d join auth_user u on u.id = d.user_id order by 1`,
  );
  return rows.map(({ line }) => line);
}

describe('a value of a group that the account cannot read', () => {
  const cases: [string, string[], string][] = [
    [
      'the DN of a member',
      [groupRecord(1001, 'devs', named('alice', 'bob', 'carol'))],
      hides('devs', 'member', dn('bob')),
    ],
    [
      'the username of a member',
      [groupRecord(1001, 'devs', [...named('alice', 'carol'), 'memberUid: bob', 'memberUid: hal'])],
      hides('devs', 'memberUid', 'bob'),
    ],
    [
      'the DN of a nested group',
      [
        groupRecord(1001, 'devs', [...named('alice', 'carol'), `member: cn=lab,${GROUPS}`]),
        groupRecord(1002, 'lab', named('bob')),
      ],
      hides('devs', 'member', `cn=lab,${GROUPS}`),
    ],
    [
      'the DN of a member of a nested group',
      [
        groupRecord(1001, 'devs', [...named('alice', 'carol'), `member: cn=lab,${GROUPS}`]),
        groupRecord(1002, 'lab', named('bob', 'hal')),
      ],
      hides('lab', 'member', dn('bob')),
    ],
  ];
  for (const [value, groups, access] of cases)
    it(`removes no member if it is ${value} (G01, G10)`, async () => {
      await using company = await openSlapdCompany({ groups: [...groups, STAFF], access: [access] });
      await company.jobs.sync();
      const before = await devs(company);
      expect(before).toContain('bob');
      company.bindRestricted();
      await company.jobs.sync({ group: `cn=devs,${GROUPS}` });
      expect(await devs(company)).toEqual(before);
      await company.jobs.sync();
      await company.jobs.sync();
      expect(await devs(company)).toEqual(before);
      expect(await doubts(company)).toContain('bob value_unread');
    });

  it('removes a member whose own value was removed', async () => {
    const groups = [groupRecord(1001, 'devs', named('alice', 'bob', 'carol')), STAFF];
    const access = [hides('devs', 'member', dn('bob'))];
    await using company = await openSlapdCompany({ groups, access });
    await company.jobs.sync();
    company.bindRestricted();
    const gone = new Attribute({ type: 'member', values: [dn('carol')] });
    await asAdmin(company.slapd, client =>
      client.modify(`cn=devs,${GROUPS}`, new Change({ operation: 'delete', modification: gone })),
    );
    await company.jobs.sync();
    expect(await devs(company)).toEqual(['alice', 'bob']);
    expect(await doubts(company)).toEqual(['bob value_unread']);
  });

  it('does not count as absent if the server does not answer queries about the values of the group', async () => {
    const groups = [groupRecord(1001, 'devs', named('alice', 'bob', 'carol')), STAFF];
    const access = [
      hides('devs', 'member', dn('bob')),
      `access to dn.exact="cn=devs,${GROUPS}" attrs=member by * =rd`,
    ];
    await using company = await openSlapdCompany({ groups, access });
    await company.jobs.sync();
    company.bindRestricted();
    await company.jobs.sync();
    expect(await devs(company)).toEqual(['alice', 'bob', 'carol']);
    expect(await doubts(company)).toEqual(['bob value_unread']);
  });
});
