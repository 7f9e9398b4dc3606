/** The churn of the sample organisation is repeatable, stays within the guard, and ends where it began. */
import { describe, expect, it } from 'vitest';
import { churn } from '../../../dev/organisation/churn/churn.ts';
import { makeOrganisation } from '../../../dev/organisation/generate/organisation.ts';
import { directorySettings } from '../../../dev/organisation/truth/settings.ts';
import { expectedAtFirst, type Truth } from '../../../dev/organisation/truth/truth.ts';
import type { Limit } from '../../../src/model/settings.ts';

const organisation = makeOrganisation({ size: 'S' });
const { guard } = directorySettings(organisation, { url: '', bindDn: '', bindPassword: '' });

/** Members by "team/name". */
function flat(truth: Truth): Map<string, readonly string[]> {
  return new Map(
    [...truth].flatMap(([team, groups]) =>
      [...groups].map(([name, members]) => [`${team}/${name}`, members]),
    ),
  );
}

function exceeds(limit: Limit, removed: number, before: number): boolean {
  return removed > limit.count && removed * 100 > limit.percent * before;
}

/** Groups that lose more members than the default guard allows, except renamed ones. */
function tooMuch(before: Truth, after: Truth): string[] {
  const groups = flat(after);
  let [removed, all] = [0, 0];
  const found: string[] = [];
  for (const [name, members] of flat(before)) {
    const kept = new Set(groups.get(name) ?? members);
    const lost = members.filter(member => !kept.has(member)).length;
    if (exceeds(guard.groupMemberRemovals, lost, members.length)) found.push(name);
    if (kept.size === 0 && members.length >= 5) found.push(`${name} would be empty`);
    removed += lost;
    all += members.length;
  }
  if (exceeds(guard.memberRemovals, removed, all)) found.push(`${removed} of ${all} memberships`);
  return found;
}

/** For each step: title, and how many AccessGroups differ after the first and the second run. */
function differences(): [string, number, number][] {
  let before = expectedAtFirst(organisation);
  return Array.from(churn(organisation), ({ title, afterFirstRun, afterSecondRun }) => {
    const count = (one: Truth, other: Truth) => {
      const [old, now] = [flat(one), flat(other)];
      const names = new Set([...old.keys(), ...now.keys()]);
      return [...names].filter(name => String(old.get(name)) !== String(now.get(name))).length;
    };
    const row: [string, number, number] = [
      title,
      count(before, afterFirstRun),
      count(afterFirstRun, afterSecondRun),
    ];
    before = afterSecondRun;
    return row;
  });
}

describe('churn', () => {
  it('has the same steps for the same seed', () => {
    const steps = () => Array.from(churn(organisation), ({ title, operations }) => [title, operations]);
    expect(steps()).toEqual(steps());
  });

  it.each(['1', '2', '3'])('leaves the organisation as it was and runs to its end (seed %s)', seed => {
    const before = expectedAtFirst(organisation);
    expect([...churn(organisation, seed)].length).toBeGreaterThan(40);
    expect(expectedAtFirst(organisation)).toEqual(before);
  });

  it('removes in no step more than the default guard allows', () => {
    let before = expectedAtFirst(organisation);
    for (const { title, afterFirstRun, afterSecondRun } of churn(organisation)) {
      expect(tooMuch(before, afterFirstRun), title).toEqual([]);
      expect(tooMuch(afterFirstRun, afterSecondRun), title).toEqual([]);
      before = afterSecondRun;
    }
  });

  it('changes exactly what its steps say', () => {
    const rows = new Map(differences().map(([title, ...counts]) => [title, counts]));
    expect(rows.get('people join a posixGroup')).toEqual([1, 0]);
    expect(rows.get('a nested group is renamed (A16)')).toEqual([2, 0]);
    expect(rows.get('a group takes a name that another one has (A17)')).toEqual([0, 0]);
    expect(rows.get('an OU with people is renamed (F36)')).toEqual([0, 0]);
    expect(rows.get('two people swap their DNs')).toEqual([0, 0]);
    expect(rows.get('a group moves within its mapping (B1)')).toEqual([0, 0]);
    expect(rows.get('a group is deleted (B2)')).toEqual([0, 1]);
    expect(rows.get('a group is deleted and created again under the same DN (B4)')).toEqual([0, 1]);
    expect(rows.get('two new groups have one name (A13)')).toEqual([0, 0]);
    expect(rows.get('one of them is renamed')).toEqual([2, 0]);
    expect(rows.get('many groups change at once')).toEqual([4, 0]);
  });
});
