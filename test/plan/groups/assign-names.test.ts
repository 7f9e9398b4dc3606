import { describe, expect, it } from 'vitest';
import type { AccessGroup } from '../../../src/model/current.ts';
import { assignNames } from '../../../src/plan/groups/assign-names.ts';

const managed = (id: number, name: string): AccessGroup => ({ id, teamId: 1, name, type: 50, managed: true });
const manual = (id: number, name: string): AccessGroup => ({ ...managed(id, name), managed: false });
const rename = (holder: AccessGroup, name: string) => ({ teamId: 1, name, holder });
const create = (name: string, teamId = 1) => ({ teamId, name, holder: undefined });

describe('naming', () => {
  it('A16: a group renamed in the directory gets its new name', () => {
    const group = managed(1, 'devs');
    expect(assignNames([rename(group, 'developers')], [group])).toEqual([{ name: 'developers' }]);
  });

  it('A17: a taken name leaves the old one and says so', () => {
    const group = managed(1, 'devs');
    const names = assignNames([rename(group, 'ops')], [group, manual(2, 'ops')]);
    expect(names).toEqual([{ name: 'devs', problem: 'rename_conflict' }]);
  });

  it('A18: two groups may swap names, and three may pass theirs on in a ring', () => {
    const [a, b, c] = [managed(1, 'a'), managed(2, 'b'), managed(3, 'c')];
    expect(assignNames([rename(a, 'b'), rename(b, 'a')], [a, b])).toEqual([{ name: 'b' }, { name: 'a' }]);
    const ring = assignNames([rename(a, 'b'), rename(b, 'c'), rename(c, 'a')], [a, b, c]);
    expect(ring).toEqual([{ name: 'b' }, { name: 'c' }, { name: 'a' }]);
  });

  it('A17: a rename that waits for one that cannot happen stays, too', () => {
    const [a, b] = [managed(1, 'a'), managed(2, 'b')];
    const names = assignNames([rename(a, 'b'), rename(b, 'taken')], [a, b, manual(3, 'taken')]);
    expect(names.map(naming => naming.name)).toEqual(['a', 'b']);
  });

  it('A19: a new group may take the name that another one gives up in the same run', () => {
    const a = managed(1, 'a');
    expect(assignNames([rename(a, 'b'), create('a')], [a])).toEqual([{ name: 'b' }, { name: 'a' }]);
  });

  it('A10, F65: the name of a group made by hand is never taken over', () => {
    expect(assignNames([create('admins')], [manual(1, 'admins')])).toEqual([
      { name: 'admins', problem: 'name_conflict_manual' },
    ]);
  });

  it('A12: an existing managed group keeps its name against a new one', () => {
    const names = assignNames([create('admins')], [managed(1, 'admins')]);
    expect(names).toEqual([{ name: 'admins', problem: 'name_conflict_managed' }]);
  });

  it('A13, F39: two new groups that want one name are both in conflict; in two teams they are not', () => {
    const problem = 'name_conflict_new';
    expect(assignNames([create('x'), create('x')], [])).toEqual([
      { name: 'x', problem },
      { name: 'x', problem },
    ]);
    expect(assignNames([create('x', 1), create('x', 2)], [])).toEqual([{ name: 'x' }, { name: 'x' }]);
  });

  it('two groups that want to be renamed to one name both keep theirs', () => {
    const [a, b] = [managed(1, 'a'), managed(2, 'b')];
    const names = assignNames([rename(a, 'x'), rename(b, 'x')], [a, b]);
    expect(names.map(naming => naming.name)).toEqual(['a', 'b']);
  });
});
