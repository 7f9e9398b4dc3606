/** Groups whose members come in ranges keep all members in whole and single reads. */
import { describe, expect, it } from 'vitest';
import { answerCode, cutAfterEntries, meanwhile } from '../../../dev/fake-ldap/faults/answers.ts';
import {
  doubledRange,
  emptyRange,
  misnamedRange,
  missingRange,
} from '../../../dev/fake-ldap/faults/ranges.ts';
import { hideAttribute, rangedAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { type Fault, onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import {
  type FakeDirectory,
  group,
  members,
  serve,
  unresolved,
  user,
} from '../../support/given/directory.ts';
import { NO_WAITING } from '../../support/given/small-directory.ts';

const CROWD = Array.from({ length: 7 }, (_, index) => user(100 + index, `u${index}`));
const NAMES = CROWD.map((_, index) => `u${index}`);
const dnOf = (index: number) => CROWD[index]?.dn ?? '';
const BIG = group(
  11,
  'big',
  CROWD.map(({ dn }) => dn),
  { uSNChanged: ['5'] },
);
const OTHERS = [group(12, 'outer', [BIG.dn]), group(13, 'fine', [dnOf(1)])];

/**
 * Seven members, of which the server returns three at a time. Faults of ranges are applied after that, on the way to
 * the client.
 */
function big(...faults: Fault[]): Promise<FakeDirectory> {
  return serve([...CROWD, BIG, ...OTHERS], {}, { faults: [...faults, rangedAttribute('member', 3)] });
}

describe('a list of members in ranges', () => {
  it('is read completely, also as a nested group and in the read of one group (F08, C18)', async () => {
    await using fake = await big();
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'big')).toEqual(NAMES);
    expect(members(snapshot, 'outer')).toEqual(NAMES);
    expect(members(await readDirectory(fake.settings, { group: 'outer' }), 'outer')).toEqual(NAMES);
    const ranges = fake.server.requests.flatMap(({ attributes = [] }) =>
      attributes.filter(name => name.includes('range')),
    );
    expect(ranges.slice(0, 2)).toEqual(['member;range=3-*', 'member;range=6-*']);
    // The server is asked whether each of the three groups has no other member attribute.
    expect(snapshot.counts).toMatchObject({ memberValues: 7 + 1 + 1, queries: 2 + 4 + 3 });
  });

  it('a group that grows beyond the limit keeps all members (F08)', async () => {
    const crowd = Array.from({ length: 1501 }, (_, index) => user(1000 + index, `m${index}`));
    const dns = crowd.map(({ dn }) => dn);
    const faults = [rangedAttribute('member', 1500)];
    await using fake = await serve([...crowd, group(11, 'devs', dns.slice(0, 1498))], {}, { faults });
    expect(members(await readDirectory(fake.settings), 'devs')).toHaveLength(1498);
    fake.server.modify(group(11, 'devs', []).dn, { add: { member: dns.slice(1498) } });
    expect(members(await readDirectory(fake.settings), 'devs')).toHaveLength(1501);
  });

  it('25 000 members in ranges of 1500 (F09)', async () => {
    const crowd = Array.from({ length: 25_000 }, (_, index) => user(100_000 + index, `m${index}`));
    const all = group(
      11,
      'all',
      crowd.map(({ dn }) => dn),
    );
    const faults = [rangedAttribute('member', 1500)];
    await using fake = await serve([...crowd, all], { pageSize: 5000 }, { faults });
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'all')).toHaveLength(25_000);
    expect(unresolved(snapshot, 'all')).toEqual([]);
  });

  it('keeps the values of other attributes, whichever attribute is in ranges', async () => {
    const mixed = group(14, 'mixed', [dnOf(0)], {
      uniqueMember: [1, 2, 3, 4].map(dnOf),
      memberUid: ['u5', 'u6', 'ghost'],
    });
    const faults = [rangedAttribute('uniqueMember', 2), rangedAttribute('memberUid', 1)];
    await using fake = await serve([...CROWD, mixed], {}, { faults });
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'mixed')).toEqual(NAMES);
    expect(unresolved(snapshot, 'mixed')).toEqual(['no_directory_user ghost']);
  });

  it('is read again if the entry changed between two ranges (C18)', async () => {
    await using fake = await big(
      onSearch(
        { attribute: /;range=3-/, nth: 1 },
        // u0 is removed, so that u3 moves into the range that was already read.
        meanwhile(() =>
          fake.server.modify(BIG.dn, { delete: { member: [dnOf(0)] }, replace: { uSNChanged: ['6'] } }),
        ),
      ),
    );
    expect(members(await readDirectory(fake.settings), 'big')).toEqual(NAMES.slice(1));
  });

  it('is read again if the entry changed after its last range (C18)', async () => {
    await using fake = await big(
      onSearch(
        { attribute: /^uSNChanged$/, nth: 4 },
        meanwhile(() =>
          fake.server.modify(BIG.dn, { delete: { member: [dnOf(0)] }, replace: { uSNChanged: ['6'] } }),
        ),
      ),
    );
    expect(members(await readDirectory(fake.settings), 'big')).toEqual(NAMES.slice(1));
  });

  it('is unknown if the entry changes every time, and no other group is (C18)', async () => {
    let usn = 5;
    const change = () => {
      usn += 1;
      fake.server.modify(BIG.dn, { replace: { uSNChanged: [String(usn)] } });
    };
    await using fake = await big(onSearch({ attribute: /;range=3-/ }, meanwhile(change)));
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'big')).toBe('it changed while its members were read, 3 times in a row');
    expect(members(snapshot, 'outer')).toMatch(/^because of the nested group cn=big,/);
    expect(members(snapshot, 'fine')).toEqual(['u1']);
  });

  const ranges = /;range=/;
  it.each([
    ['is not a range', misnamedRange('member', 3, 'member;range=x'), /member;range=x, which is not a range$/],
    ['is the same again', misnamedRange('member', 3, 'member;range=0-2'), /instead of a range from 3 on$/],
    ['overlaps', misnamedRange('member', 3, 'member;range=2-4'), /instead of a range from 3 on$/],
    ['leaves a gap', misnamedRange('member', 3, 'member;range=4-6'), /instead of a range from 3 on$/],
    ['claims more than it holds', misnamedRange('member', 3, 'member;range=3-9'), /with 3 values$/],
    ['ends before it begins', misnamedRange('member', 3, 'member;range=3-2'), /with 3 values$/],
    [
      'is a range of another attribute',
      misnamedRange('member', 3, 'x;range=3-5'),
      /^the server returned no range of member/,
    ],
    [
      'comes twice',
      doubledRange('member', 3, 'member;range=6-*'),
      /^the server returned several ranges of member/,
    ],
    [
      'comes together with all values',
      doubledRange('member', 3, 'member'),
      /^the server returned several ranges of member/,
    ],
    ['is missing', missingRange('member', 3), /^the server returned no range of member from 3 on$/],
    ['is empty', emptyRange('member', 3), /with 0 values$/],
    ['is empty although it is the last', emptyRange('member', 6), /with 0 values$/],
    ['is refused', onSearch({ attribute: ranges }, answerCode(53)), /LDAP result 53/],
    ['ends with an operations error', onSearch({ attribute: ranges }, answerCode(1)), /LDAP result 1\b/],
    ['is rejected by a busy server', onSearch({ attribute: ranges }, answerCode(51)), /LDAP result 51/],
    [
      'is of an entry that no longer exists',
      onSearch({ attribute: ranges }, answerCode(32)),
      /no longer exists/,
    ],
  ])('a range that %s makes only that group unknown (C18, C20)', async (_, fault, reason) => {
    await using fake = await big(fault);
    const snapshot = await readDirectory(fake.settings, { pause: NO_WAITING });
    expect(members(snapshot, 'big')).toMatch(reason);
    expect(members(snapshot, 'fine')).toEqual(['u1']);
    expect(snapshot.users).toHaveLength(7);
  });

  it('is unknown if no range follows the empty attribute (C18)', async () => {
    const second = onSearch({ attribute: /^uSNChanged$/ }, missingRange('member', 0));
    await using fake = await big(second);
    expect(members(await readDirectory(fake.settings), 'big')).toMatch(/and then none$/);
  });

  it('is unknown if the server shows no change marker (C18)', async () => {
    await using fake = await big(hideAttribute('uSNChanged'), hideAttribute('modifyTimestamp'));
    expect(members(await readDirectory(fake.settings), 'big')).toMatch(/^it shows none of uSNChanged/);
  });

  it('a connection that is lost between two ranges ends the whole read (C19)', async () => {
    await using fake = await big(onSearch({ attribute: ranges }, cutAfterEntries(0, 'fin')));
    await expect(readDirectory(fake.settings)).rejects.toMatchObject({ code: 'interrupted' });
  });
});
