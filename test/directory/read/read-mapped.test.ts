import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { MappedEntries } from '../../../src/model/read-targets.ts';
import type { IdSet, Snapshot } from '../../../src/model/snapshot.ts';
import {
  type FakeDirectory,
  GROUPS,
  group,
  members,
  PEOPLE,
  serve,
  user,
} from '../../support/given/directory.ts';
import { mapping, uuid } from '../../support/given/values.ts';

const MAPPINGS = [
  mapping({ groups: { filter: '(cn=eng-*)' } }),
  mapping({ groups: { filter: '(description=yes)' }, team: 'other' }),
];

const mapped = (more: Partial<MappedEntries> = {}): MappedEntries => ({
  limit: 100,
  known: async () => [],
  linked: async () => new Map(),
  ...more,
});

describe('the read of the mapped groups', () => {
  const crowd = Array.from({ length: 300 }, (_, index) => user(100 + index, `u${index}`));
  const first = (count: number) => crowd.slice(0, count).map(({ dn }) => dn);
  const big = group(12, 'big', first(300));

  it('reads only the entries that they refer to, and says so', async () => {
    await using fake = await serve([...crowd, group(11, 'eng-a', first(2)), big], { mappings: MAPPINGS });
    const { allMapped, whole, users, counts } = await readDirectory(fake.settings, { mapped: mapped() });
    expect({ allMapped, whole, way: counts.way }).toEqual({ allMapped: true, whole: false, way: 'mapped' });
    expect(users.map(({ username }) => username)).toEqual(['u0', 'u1']);
    expect(counts.entries).toBeLessThan(12);
  });

  it.each([
    ['more members than that', [group(11, 'eng-a', first(101))]],
    ['more members through a nested group', [group(11, 'eng-a', [big.dn])]],
  ])('reads everything if they have %s', async (_, groups) => {
    await using fake = await serve([...crowd, big, ...groups], { mappings: MAPPINGS });
    const read = await readDirectory(fake.settings, { mapped: mapped() });
    expect({ whole: read.whole, way: read.counts.way }).toEqual({ whole: true, way: 'whole' });
    expect(members(read, 'eng-a').length).toBeGreaterThan(100);
  });

  it('finds linked groups that no mapping matches any more', async () => {
    await using fake = await serve([group(11, 'eng-a', []), big, ...crowd], { mappings: MAPPINGS });
    const known = async () => [uuid(11), uuid(12), uuid(13)];
    const read = await readDirectory(fake.settings, { mapped: mapped({ known, limit: 1000 }) });
    expect(read.groups.map(({ name, mapping }) => [name, mapping])).toEqual([
      ['eng-a', 0],
      ['big', undefined],
    ]);
  });

  it('leaves out groups outside of groups.baseDn, even if the base of a mapping is wider', async () => {
    const outside = { ...group(13, 'eng-b', first(1)), dn: 'cn=eng-b,dc=test' };
    await using fake = await serve([...crowd, outside, group(11, 'eng-a', first(2))], {
      mappings: [mapping({ groups: { baseDn: 'dc=test', filter: '(cn=eng-*)' } })],
    });
    const read = await readDirectory(fake.settings, { mapped: mapped() });
    expect(read.groups.map(({ name }) => name)).toEqual(['eng-a']);
  });

  it('reads everything if none of its entries shows an identity', async () => {
    await using fake = await serve([...crowd, group(11, 'eng-a', [], { entryUUID: [] })], {
      mappings: MAPPINGS,
    });
    const read = await readDirectory(fake.settings, { mapped: mapped() });
    expect({ whole: read.whole, issue: read.groups[0]?.idIssue }).toEqual({
      whole: true,
      issue: 'source_id_missing',
    });
  });

  it('gives the mapped groups as a read of everything does', async () => {
    await fc.assert(
      fc.asyncProperty(organisations(), async entries => {
        await using fake = await serve(entries, { mappings: MAPPINGS });
        const settings = withNames(fake);
        const whole = await readDirectory(settings);
        const some = await readDirectory(settings, { mapped: mapped({ limit: 1000 }) });
        expect(some.allMapped).toBe(true);
        expect(mappedGroups(some)).toEqual(mappedGroups(whole));
      }),
      { numRuns: 25 },
    );
  });
});

function withNames({ settings }: FakeDirectory) {
  const groups = { ...settings.groups, exclude: ['eng-x*'], filter: '(objectClass=groupOfNames)' };
  return { ...settings, groups };
}

const people = fc.nat({ max: 14 });
const LABELS = ['eng-a', 'eng-b', 'eng-xa', 'other', 'b', 'c', 'd'];

/** People who share usernames and identities or hide them, and groups that contain each other and name anything. */
function organisations() {
  const person = fc.record({
    id: fc.oneof({ weight: 8, arbitrary: fc.constant('own' as const) }, fc.constantFrom('none', 'shared')),
    uid: fc.oneof(
      { weight: 6, arbitrary: fc.constant('own' as const) },
      fc.constantFrom('none', 'shared', 'two'),
    ),
    disabled: fc.boolean(),
  });
  const one = fc.record({
    people: fc.uniqueArray(people, { maxLength: 5 }),
    names: fc.uniqueArray(people, { maxLength: 3 }),
    groups: fc.subarray(LABELS, { maxLength: 3 }),
    odd: fc.subarray([`uid=gone,${PEOPLE}`, `cn=gone,${GROUPS}`, 'uid=away,dc=test', PEOPLE, 'not a dn']),
    described: fc.boolean(),
    hasId: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false)),
  });
  return fc
    .tuple(
      fc.array(person, { minLength: 15, maxLength: 15 }),
      fc.array(one, { minLength: LABELS.length, maxLength: LABELS.length }),
    )
    .map(([persons, groups]) => [
      ...persons.map(({ id, uid, disabled }, n) => {
        const names = { own: [`p${n}`], none: [], shared: ['p0'], two: [`p${n}`, 'p1'] }[uid];
        const identity = { own: [uuid(100 + n)], none: [], shared: [uuid(100)] }[id];
        const state = disabled ? { pwdAccountLockedTime: ['000001010000Z'] } : {};
        return user(100 + n, `p${n}`, { uid: names, entryUUID: identity, ...state }, `cn=p${n},${PEOPLE}`);
      }),
      ...groups.map((wanted, n) =>
        group(
          n + 1,
          LABELS[n] ?? '',
          [
            ...wanted.people.map(each => `cn=p${each},${PEOPLE}`),
            ...wanted.groups.map(cn => `cn=${cn},${GROUPS}`),
            ...wanted.odd,
          ],
          {
            memberUid: wanted.names.map(each => `p${each}`),
            ...(wanted.described && { description: ['yes'] }),
            ...(!wanted.hasId && { entryUUID: [] }),
          },
        ),
      ),
    ]);
}

/** Everything that a plan uses of the mapped groups, without the numbers that depend on the order of a read. */
function mappedGroups(snapshot: Snapshot) {
  const persons = (ordinals: IdSet | readonly number[]) =>
    Array.from(ordinals, ordinal => snapshot.users[ordinal]).sort((one, other) =>
      (one?.dn ?? '') < (other?.dn ?? '') ? -1 : 1,
    );
  return snapshot.groups
    .filter(({ mapping }) => mapping !== undefined)
    .map(({ members, ...group }) => ({
      ...group,
      nested: snapshot.causes?.get(group.dn)?.nested.toSorted(),
      members:
        members.kind === 'unknown'
          ? members
          : {
              ...members,
              unresolved: members.unresolved.toSorted((one, other) => (one.value < other.value ? -1 : 1)),
              users: persons(members.users),
              byUsername: persons(members.byUsername),
              references: Array.from(members.references, index => {
                const { candidates = [], ...reference } = snapshot.references[index] ?? {};
                return { ...reference, candidates: persons(candidates) };
              }).sort((one, other) => ((one.key ?? '') < (other.key ?? '') ? -1 : 1)),
            },
    }))
    .sort((one, other) => (one.dn < other.dn ? -1 : 1));
}
