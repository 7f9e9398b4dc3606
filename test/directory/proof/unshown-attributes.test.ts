/** Attributes that an access rule hides on one group: the group looks empty, and is not. */
import { describe, expect, it } from 'vitest';
import { answerCode } from '../../../dev/fake-ldap/faults/answers.ts';
import { denyAttribute, hideAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { Snapshot } from '../../../src/model/snapshot.ts';
import {
  ALICE,
  type FakeDirectory,
  GROUPS,
  group,
  members,
  serve,
  user,
} from '../../support/given/directory.ts';
import { uuid } from '../../support/given/values.ts';

const BOB = user(2, 'bob', { gidNumber: ['2104'] });
const DEVS = group(11, 'devs', [ALICE.dn]);
const EMPTY = group(12, 'empty', []);
const BOTH = group(13, 'both', [ALICE.dn], { memberUid: ['bob'] });
const OUTER = group(14, 'outer', [DEVS.dn]);
const POSIX = group(15, 'posix', [], { gidNumber: ['2104'] });
const QUERY = group(16, 'query', [ALICE.dn], {
  memberURL: ['ldap:///ou=people,dc=test??sub?(uid=bob)'],
});
const SECRET = /^it shows no .*, and the server does not say that it has none/;

const of = (dn: string) => (asked: string) => asked === dn;

function openFake(settings: Partial<FakeDirectory['settings']> = {}): Promise<FakeDirectory> {
  return serve([ALICE, BOB, DEVS, EMPTY, BOTH, OUTER, POSIX, QUERY], settings);
}

/** A whole read, a read of one group by name, and one by identity. */
function reads({ settings }: FakeDirectory, name: string, n: number): Promise<Snapshot>[] {
  return [
    readDirectory(settings),
    readDirectory(settings, { group: name }),
    readDirectory(settings, { targets: { groups: [uuid(n)], people: [] } }),
  ];
}

describe('a group that shows no members', () => {
  it('is empty if the server confirms that it has none', async () => {
    await using fake = await openFake();
    for (const snapshot of await Promise.all(reads(fake, 'empty', 12)))
      expect(members(snapshot, 'empty')).toEqual([]);
  });

  it('is unknown if they may not be read, as is the group that contains it; others are not affected', async () => {
    await using fake = await openFake();
    fake.server.inject(denyAttribute('member', of(DEVS.dn)));
    for (const snapshot of await Promise.all(reads(fake, 'devs', 11)))
      expect(members(snapshot, 'devs')).toMatch(SECRET);
    const whole = await readDirectory(fake.settings);
    expect(members(whole, 'outer')).toMatch(/because of the nested group cn=devs,.*: it shows no member/);
    expect(members(whole, 'empty')).toEqual([]);
    expect(members(whole, 'both')).toEqual(['alice', 'bob']);
  });

  it('is unknown if they may be searched and not read', async () => {
    await using fake = await openFake();
    fake.server.inject(hideAttribute('member'));
    const whole = await readDirectory(fake.settings);
    expect(members(whole, 'devs')).toMatch(SECRET);
    expect(members(whole, 'empty')).toEqual([]);
  });

  it.each([
    ['member', ['bob']],
    ['memberUid', ['alice']],
  ])('is unknown if its %s may not be read although it shows others', async attribute => {
    await using fake = await openFake();
    fake.server.inject(denyAttribute(attribute, of(BOTH.dn)));
    for (const snapshot of await Promise.all(reads(fake, 'both', 13)))
      expect(members(snapshot, 'both')).toMatch(SECRET);
  });

  it('is unknown if its memberURL may not be read', async () => {
    await using fake = await openFake();
    const groups = {
      ...fake.settings.groups,
      dynamic: { bases: ['ou=people,dc=test'], attributes: ['uid'] },
    };
    const settings = { ...fake.settings, groups };
    expect(members(await readDirectory(settings), 'query')).toEqual(['alice', 'bob']);
    fake.server.inject(denyAttribute('memberURL', of(QUERY.dn)));
    expect(members(await readDirectory(settings), 'query')).toMatch(SECRET);
  });

  it('is unknown if the attribute that connects its primary members may not be read', async () => {
    await using fake = await openFake();
    const settings = { ...fake.settings, groups: { ...fake.settings.groups, primaryGroup: true } };
    expect(members(await readDirectory(settings), 'posix')).toEqual(['bob']);
    fake.server.inject(denyAttribute('gidNumber', of(POSIX.dn)));
    for (const snapshot of await Promise.all(reads({ ...fake, settings }, 'posix', 15)))
      expect(members(snapshot, 'posix')).toMatch(/it shows no .*gidNumber, and the server does not say/);
  });

  it('is unknown if the server fails to confirm it', async () => {
    await using fake = await openFake();
    fake.server.inject(onSearch({ dn: EMPTY.dn }, answerCode(53)));
    const whole = await readDirectory(fake.settings);
    expect(members(whole, 'empty')).toMatch(SECRET);
    expect(members(whole, 'devs')).toEqual(['alice']);
  });

  it('is checked together with many others in one search', async () => {
    const crowd = Array.from({ length: 50 }, (_, index) => group(1000 + index, `e${index}`, []));
    await using fake = await serve([ALICE, DEVS, ...crowd], { pageSize: 20 });
    fake.server.inject(denyAttribute('member', of(`cn=e7,${GROUPS}`)));
    const whole = await readDirectory(fake.settings);
    expect(members(whole, 'e7')).toMatch(SECRET);
    expect(members(whole, 'e8')).toEqual([]);
    expect(whole.counts.queries).toBeLessThan(30);
  });

  it('is empty if an attribute is unknown to the server', async () => {
    const definitions = ["( 2.5.4.31 NAME 'member' )", "( 2.5.4.50 NAME ( 'uniqueMember' 'um' ) )"];
    const schema = { dn: 'cn=schema,dc=test', attributes: { attributeTypes: definitions } };
    await using fake = await serve(
      [ALICE, DEVS, EMPTY, schema],
      {},
      {
        rootDse: { subschemaSubentry: [schema.dn] },
        faults: [denyAttribute('memberUid')],
      },
    );
    const whole = await readDirectory(fake.settings);
    expect(members(whole, 'empty')).toEqual([]);
    expect(members(whole, 'devs')).toEqual(['alice']);
  });
});
