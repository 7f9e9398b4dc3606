/** Leavers of a real OpenLDAP who edit everything that people may usually edit in their own entries, in order to stay. */
import { Attribute, Change } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { asAdmin } from '../../../dev/servers/directory.ts';
import {
  GROUPS,
  groupRecord,
  openSlapdCompany,
  PEOPLE,
  personRecord,
  type SlapdCompany,
} from '../../support/given/slapd-company.ts';

type Edit = readonly [type: string, ...values: string[]];

/** What one leaver each replaces. The RDN of these entries is a `cn`, so that all usernames can be replaced. */
const EDITS: readonly Edit[] = [
  ['uid', 'alice'],
  ['uid', 'ALICE '],
  ['uid', 'ａｌｉｃｅ'],
  ['uid', 'other', 'alice'],
  ['uid', 'another', 'nobody'],
  ['uid', `cn=lab,${GROUPS}`],
  ['uid', `uid=alice,${PEOPLE}`],
  ['uid', 'x'.repeat(100_000)],
  ['uid'],
  ['uid;lang-en', 'alice'],
  ['mail', 'alice@example.test'],
  ['mail', 'x'.repeat(100_000)],
  ['mail'],
  ['sn', 'alice'],
  ['displayName', 'alice'],
  ['givenName', 'x'.repeat(100_000)],
  ['seeAlso', `uid=alice,${PEOPLE}`, `cn=devs,${GROUPS}`],
  ['manager', `uid=alice,${PEOPLE}`],
  ['description', 'alice'],
  ['labeledURI', `ldap:///${PEOPLE}??sub?(uid=alice)`],
  ['memberUid', 'alice', 'nobody'],
  ['member', `uid=alice,${PEOPLE}`, `cn=devs,${GROUPS}`],
  ['gidNumber', '500'],
  ['shadowExpire', '-1'],
  ['employeeNumber', '00000000-0000-4000-8000-000000000001'],
  ['userPassword', 'secret'],
];
const leaver = (at: number) => `p${at}`;
const dnOf = (at: number) => `cn=${leaver(at)},${PEOPLE}`;
const LEAVERS = EDITS.map((_, at) => at);
const RECORDS = LEAVERS.map(at =>
  personRecord(200 + at, leaver(at)).replace(`dn: uid=${leaver(at)},${PEOPLE}`, `dn: ${dnOf(at)}`),
);
const ALICE = `member: uid=alice,${PEOPLE}`;
const DNS = [ALICE, ...LEAVERS.map(at => `member: ${dnOf(at)}`)];
const NAMES = ['alice', 'nobody', ...LEAVERS.map(leaver)].map(uid => `memberUid: ${uid}`);

async function replace({ slapd }: SlapdCompany, dn: string, [type, ...values]: Edit): Promise<void> {
  const change = new Change({ operation: 'replace', modification: new Attribute({ type, values }) });
  await asAdmin(slapd, client => client.modify(dn, change));
}

async function company(): Promise<SlapdCompany> {
  const opened = await openSlapdCompany({
    records: RECORDS,
    locals: LEAVERS.map(leaver),
    groups: [
      groupRecord(1001, 'devs', DNS),
      groupRecord(1002, 'ops', NAMES),
      groupRecord(1003, 'lab', [ALICE, 'gidNumber: 500']),
    ],
    access: [],
    settings: { primaryGroup: false },
    users: { match: ['username', 'email'] },
  });
  const none = { percent: 100, count: 1_000_000 };
  const guard = {
    ...opened.jobs.settings.guard,
    memberRemovals: none,
    groupMemberRemovals: none,
    groupRemovals: none,
  };
  opened.jobs.settings = { ...opened.jobs.settings, guard };
  await opened.jobs.sync();
  const { 'platform/devs': devs = [], 'platform/ops': ops = [] } = await opened.jobs.members();
  expect([devs.length, ops.length]).toEqual([EDITS.length + 1, EDITS.length + 1]);
  return opened;
}

async function edit(opened: SlapdCompany): Promise<void> {
  for (const [at, change] of EDITS.entries()) await replace(opened, dnOf(at), change);
}

/** Who is left, with what a leaver did. */
async function left({ jobs }: SlapdCompany): Promise<string[]> {
  const { 'platform/devs': devs = [], 'platform/ops': ops = [] } = await jobs.members();
  const did = (uid: string) => JSON.stringify(EDITS[Number(uid.slice(1))]?.map(text => text.slice(0, 40)));
  const named = (cn: string, uids: readonly string[]) =>
    uids.map(uid => `${cn}: ${uid.startsWith('p') ? did(uid) : uid}`);
  return [...named('devs', devs), ...named('ops', ops)];
}

const ONLY_ALICE = ['devs: alice', 'ops: alice'];

async function removeFrom(opened: SlapdCompany): Promise<void> {
  await replace(opened, `cn=devs,${GROUPS}`, ['member', `uid=alice,${PEOPLE}`]);
  await replace(opened, `cn=ops,${GROUPS}`, ['memberUid', 'alice', 'nobody']);
}

describe('a leaver who edits their own entry', () => {
  for (const readBetween of [false, true])
    it(`is removed after two reads with any edits ${readBetween ? 'a read before' : 'when'} the values are taken out (G18)`, async () => {
      await using opened = await company();
      await edit(opened);
      if (readBetween) await opened.jobs.sync();
      await removeFrom(opened);
      await opened.jobs.sync();
      await opened.jobs.sync();
      expect(await left(opened)).toEqual(ONLY_ALICE);
    });

  it('is removed after one read with any edits when the account expires (G18)', async () => {
    await using opened = await company();
    await edit(opened);
    for (const at of LEAVERS) await replace(opened, dnOf(at), ['shadowExpire', '1']);
    await opened.jobs.sync();
    expect(await left(opened)).toEqual(ONLY_ALICE);
  });
});
