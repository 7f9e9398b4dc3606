/** The generator makes the same organisation for the same seed, with the sizes and peculiarities that it promises. */
import { describe, expect, it } from 'vitest';
import { makeOrganisation } from '../../../dev/organisation/generate/organisation.ts';
import type { Size } from '../../../dev/organisation/model/model.ts';
import { ldif } from '../../../dev/organisation/write/ldif.ts';

function memberValues(size: Size): number[] {
  return makeOrganisation({ size })
    .groups.map(group => group.members.length)
    .sort((one, other) => other - one);
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

describe('makeOrganisation', () => {
  it('returns the same bytes for the same size and seed', () => {
    const write = () => [...ldif(makeOrganisation({ size: 'M', seed: 'again' }))].join('');
    expect(write()).toBe(write());
  });

  it('returns another organisation for another seed', () => {
    const [one, other] = ['1', '2'].map(seed => [...ldif(makeOrganisation({ size: 'S', seed }))].join(''));
    expect(one).not.toBe(other);
  });

  it.each([
    ['S', 200, 30],
    ['M', 10_000, 1_000],
  ] as const)(
    'has the people and groups of size %s, and the odd ones in addition',
    (size, people, groups) => {
      const organisation = makeOrganisation({ size });
      expect(organisation.people).toHaveLength(people);
      expect(organisation.groups.length).toBeGreaterThanOrEqual(groups + 60);
      expect(organisation.groups.length).toBeLessThan(groups + 130);
    },
  );

  it('has in size L some groups above 20 000 and about 450 000 member values', () => {
    const counts = memberValues('L');
    expect(counts.filter(count => count > 20_000)).toHaveLength(4);
    expect(sum(counts)).toBeGreaterThan(400_000);
    expect(sum(counts)).toBeLessThan(500_000);
  });

  it('names every entry differently under every comparison', () => {
    const records = [...ldif(makeOrganisation({ size: 'M' }))];
    const names = records.map(record => record.slice(0, record.indexOf('\n')).toLowerCase());
    expect(new Set(names).size).toBe(records.length);
  });

  it('has no username twice in any letter case', () => {
    const { people } = makeOrganisation({ size: 'M' });
    const usernames = people.flatMap(person => person.usernames.map(name => name.toLowerCase()));
    expect(new Set(usernames).size).toBe(usernames.length);
  });
});
