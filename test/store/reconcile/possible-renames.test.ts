/** possibleRenames, compared with a slow reference implementation. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type NameHolder,
  possibleRenames,
  type Rename,
} from '../../../src/store/reconcile/possible-renames.ts';

/** The slow reference: repeats until nothing changes. */
function byFixpoint(wanted: readonly Rename[], holders: readonly NameHolder[]): readonly Rename[] {
  const holderOf = new Map(holders.map(group => [`${group.teamId}/${group.name}`, group.id]));
  const rivals = Map.groupBy(wanted, rename => `${rename.teamId}/${rename.newName}`);
  let possible = wanted.filter(rename => rivals.get(`${rename.teamId}/${rename.newName}`)?.length === 1);
  for (let before = -1; before !== possible.length; ) {
    before = possible.length;
    const leaving = new Set(possible.map(rename => rename.id));
    possible = possible.filter(rename => {
      const holder = holderOf.get(`${rename.teamId}/${rename.newName}`);
      return holder === undefined || leaving.has(holder);
    });
  }
  return possible;
}

it('gives the same renames as repeated rounds (G24)', () => {
  const name = fc.integer({ min: 0, max: 9 }).map(n => `n${n}`);
  const row = fc.record({ teamId: fc.constantFrom(1, 2), name, newName: fc.option(name) });
  const unique = { selector: ({ teamId, name }: NameHolder) => `${teamId}/${name}`, maxLength: 20 };
  fc.assert(
    fc.property(
      fc.uniqueArray(
        row.map(each => ({ ...each, id: 0 })),
        unique,
      ),
      rows => {
        const groups = rows.map((each, n) => ({ ...each, id: n + 1 }));
        const wanted = groups.flatMap(({ newName, ...rest }) =>
          newName === null || newName === rest.name ? [] : [{ ...rest, newName }],
        );
        expect(possibleRenames(wanted, groups)).toEqual(byFixpoint(wanted, groups));
      },
    ),
    { numRuns: 500 },
  );
});
