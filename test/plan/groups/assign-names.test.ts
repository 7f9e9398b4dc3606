/** Renames are possible as swaps and rings, and a taken name blocks only what depends on it. */
import { describe, expect, it } from 'vitest';
import type { AccessGroup } from '../../../src/model/current.ts';
import { assignNames } from '../../../src/plan/groups/assign-names.ts';

const managed = (id: number, name: string): AccessGroup => ({ id, teamId: 1, name, type: 50, managed: true });
const manual = (id: number, name: string): AccessGroup => ({ ...managed(id, name), managed: false });
const rename = (holder: AccessGroup, name: string) => ({ teamId: 1, name, holder });
const create = (name: string, teamId = 1) => ({ teamId, name, holder: undefined });

describe('naming', () => {
  it('a group renamed in the directory gets its new name (A16)', () => {
    const group = managed(1, 'devs');
    expect(assignNames([rename(group, 'developers')], [group])).toEqual([{ name: 'developers' }]);
  });

  it('a group whose new name is taken keeps the old name and reports it (A17)', () => {
    const group = managed(1, 'devs');
    const names = assignNames([rename(group, 'ops')], [group, manual(2, 'ops')]);
    expect(names).toEqual([{ name: 'devs', problem: 'rename_conflict' }]);
  });

  it('two groups may swap names, and three may pass theirs on in a ring (A18)', () => {
    const [a, b, c] = [managed(1, 'a'), managed(2, 'b'), managed(3, 'c')];
    expect(assignNames([rename(a, 'b'), rename(b, 'a')], [a, b])).toEqual([{ name: 'b' }, { name: 'a' }]);
    const ring = assignNames([rename(a, 'b'), rename(b, 'c'), rename(c, 'a')], [a, b, c]);
    expect(ring).toEqual([{ name: 'b' }, { name: 'c' }, { name: 'a' }]);
  });

  it('a rename that waits for one that cannot happen stays, too (A17)', () => {
    const [a, b] = [managed(1, 'a'), managed(2, 'b')];
    const names = assignNames([rename(a, 'b'), rename(b, 'taken')], [a, b, manual(3, 'taken')]);
    expect(names.map(naming => naming.name)).toEqual(['a', 'b']);
  });

  it('a new group may take the name that another one gives up in the same run (A19)', () => {
    const a = managed(1, 'a');
    expect(assignNames([rename(a, 'b'), create('a')], [a])).toEqual([{ name: 'b' }, { name: 'a' }]);
  });

  it('the name of a manual group is never taken over (A10, F65)', () => {
    expect(assignNames([create('admins')], [manual(1, 'admins')])).toEqual([
      { name: 'admins', problem: 'name_conflict_manual' },
    ]);
  });

  it('an existing managed group keeps its name against a new one (A12)', () => {
    const names = assignNames([create('admins')], [managed(1, 'admins')]);
    expect(names).toEqual([{ name: 'admins', problem: 'name_conflict_managed' }]);
  });

  it('two new groups with one name are both in conflict; in two teams they are not (A13, F39)', () => {
    const problem = 'name_conflict_new';
    expect(assignNames([create('x'), create('x')], [])).toEqual([
      { name: 'x', problem },
      { name: 'x', problem },
    ]);
    expect(assignNames([create('x', 1), create('x', 2)], [])).toEqual([{ name: 'x' }, { name: 'x' }]);
  });

  it('two groups that are renamed to one name both keep their old names', () => {
    const [a, b] = [managed(1, 'a'), managed(2, 'b')];
    const names = assignNames([rename(a, 'x'), rename(b, 'x')], [a, b]);
    expect(names.map(naming => naming.name)).toEqual(['a', 'b']);
  });
});
