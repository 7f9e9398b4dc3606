/** `groups.include` and `groups.exclude` select the mapped groups by name. */
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { NotFoundError } from '../../../src/errors.ts';
import { ALICE, BOB, group, groupNamed, members, serve } from '../../support/given/directory.ts';
import { directory } from '../../support/given/values.ts';

const TEMPORARY = group(12, 'eng-tmp-7', [BOB.dn]);
const OUTER = group(11, 'Eng-all', [ALICE.dn, TEMPORARY.dn]);
const OPS = group(13, 'ops', [BOB.dn]);
const NAMELESS = {
  ...group(14, 'x', [BOB.dn], { cn: [], description: ['x'] }),
  dn: OPS.dn.replace('ops', 'x'),
};

function openFake(include: readonly string[], exclude: readonly string[]) {
  const groups = { ...directory().groups, include, exclude };
  return serve([ALICE, BOB, OUTER, TEMPORARY, OPS, NAMELESS], { groups });
}

describe('groups.include and groups.exclude', () => {
  it('select by name which groups are mapped; the others still count as nested groups (F75)', async () => {
    await using fake = await openFake(['eng-*'], ['*-tmp-*']);
    const snapshot = await readDirectory(fake.settings);
    const mapped = snapshot.groups.filter(({ mapping }) => mapping !== undefined);
    expect(mapped.map(({ name }) => name)).toEqual(['Eng-all']);
    expect(members(snapshot, 'Eng-all')).toEqual(['alice', 'bob']);
    expect(groupNamed(snapshot, 'eng-tmp-7').mapping).toBeUndefined();
  });

  it('select every group by default, even one without a name', async () => {
    await using fake = await openFake(['*'], []);
    const { groups } = await readDirectory(fake.settings);
    expect(groups.map(({ name, mapping }) => [name, mapping])).toEqual([
      ['Eng-all', 0],
      ['eng-tmp-7', 0],
      ['ops', 0],
      [undefined, 0],
    ]);
  });

  it('apply to the read of one group too', async () => {
    await using fake = await openFake(['eng-*'], ['*-tmp-*']);
    const one = await readDirectory(fake.settings, { group: 'eng-all' });
    expect(members(one, 'Eng-all')).toEqual(['alice', 'bob']);
    for (const name of ['eng-tmp-7', OPS.dn])
      await expect(readDirectory(fake.settings, { group: name })).rejects.toBeInstanceOf(NotFoundError);
  });
});
