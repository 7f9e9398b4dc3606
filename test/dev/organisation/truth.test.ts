/** The independent calculation of the expected members agrees with a simpler one and with the rules. */
import { describe, expect, it } from 'vitest';
import { makeOrganisation } from '../../../dev/organisation/generate/organisation.ts';
import type { Group, Organisation } from '../../../dev/organisation/model/model.ts';
import { expectedAtFirst, nextLedger, trueMembers, truthOf } from '../../../dev/organisation/truth/truth.ts';

const organisation = makeOrganisation({ size: 'S' });
const truth = expectedAtFirst(organisation);

function groupNamed(cn: string): Group {
  const [group, ...others] = organisation.groups.filter(one => one.cn === cn);
  if (group === undefined || others.length > 0) throw new Error(`not one group is called "${cn}"`);
  return group;
}

/** Members by repeated union until no member is added: an independent calculation. */
function membersByFixpoint({ groups }: Organisation): Map<Group, Set<string>> {
  const inReach = groups.filter(group => group.place.name !== 'Archive');
  const members = new Map(inReach.map(group => [group, new Set<string>()]));
  for (let grown = true; grown; ) {
    grown = false;
    for (const [group, found] of members) {
      const before = found.size;
      for (const { to } of group.members) {
        const inherited = to.kind === 'group' ? members.get(to) : undefined;
        for (const name of inherited ?? []) found.add(name);
        if (to.kind !== 'person' || to.disabled || to.place.name === 'Contractors') continue;
        if (to.local !== undefined && to.usernames.length > 0) found.add(to.local);
      }
      grown ||= found.size > before;
    }
  }
  return members;
}

describe('the truth', () => {
  it('has for every group the members that repeated union finds', () => {
    for (const [group, members] of membersByFixpoint(organisation)) {
      expect(trueMembers(organisation, group), group.cn).toEqual([...members].sort());
    }
  });

  it('gives every group of a ring the same members (F47)', () => {
    const ring = ['a', 'b', 'c'].map(name => trueMembers(organisation, groupNamed(`ring of three, ${name}`)));
    expect(ring[0]).toHaveLength(3);
    expect(ring).toEqual([ring[0], ring[0], ring[0]]);
  });

  it('follows a chain of six groups to its end', () => {
    expect(trueMembers(organisation, groupNamed('chain 0'))).toHaveLength(6);
  });

  it('has no group for a name that two groups of one team request (A13, A15)', () => {
    const everyone = truth.get('everyone');
    expect(['wanted twice', 'Café crew'].map(name => everyone?.has(name))).toEqual([false, false]);
  });

  it('has both groups whose names differ in letter case (A14)', () => {
    expect(['Dev', 'dev'].map(name => truth.get('everyone')?.get(name)?.length)).toEqual([1, 1]);
  });

  it('has equal names in different teams', () => {
    expect(['berlin', 'paris'].map(team => truth.get(team)?.has('admins'))).toEqual([true, true]);
  });

  it('has no group for a name that a manual group has (A10)', () => {
    expect(truth.get('teams')?.has('Handmade')).toBe(false);
  });

  it('leaves out people who are disabled, outside, without username or without a local user', () => {
    const odd = truth.get('everyone')?.get('odd people') ?? [];
    const people = organisation.people.filter(person => odd.includes(person.local ?? ''));
    expect(people.filter(person => person.disabled || person.place.name === 'Contractors')).toEqual([]);
    expect(odd).toContain('q.inactive');
    expect(odd).not.toContain('q.stranger');
  });

  it('names a local user as the application does (C4)', () => {
    expect(truth.get('everyone')?.get('odd people')).toEqual(
      expect.arrayContaining(['q.mixedcase', 'Q.Lower']),
    );
  });

  it('is the same when nothing changes', () => {
    const first = nextLedger(organisation, new Map());
    expect(truthOf(nextLedger(organisation, first))).toEqual(truthOf(first));
  });
});
