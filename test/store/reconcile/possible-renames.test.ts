import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Bearer, possibleRenames, type Rename } from '../../../src/store/reconcile/possible-renames.ts';

/** The slow way: round after round, until nothing changes. */
function byFixpoint(wanted: readonly Rename[], bearers: readonly Bearer[]): readonly Rename[] {
  const bearer = new Map(bearers.map(group => [`${group.teamId}/${group.name}`, group.id]));
  const rivals = Map.groupBy(wanted, rename => `${rename.teamId}/${rename.newName}`);
  let possible = wanted.filter(rename => rivals.get(`${rename.teamId}/${rename.newName}`)?.length === 1);
  for (let before = -1; before !== possible.length; ) {
    before = possible.length;
    const leaving = new Set(possible.map(rename => rename.id));
    possible = possible.filter(rename => {
      const holder = bearer.get(`${rename.teamId}/${rename.newName}`);
      return holder === undefined || leaving.has(holder);
    });
  }
  return possible;
}

it('the same renames are possible as round after round finds (G24)', () => {
  const name = fc.integer({ min: 0, max: 9 }).map(n => `n${n}`);
  const row = fc.record({ teamId: fc.constantFrom(1, 2), name, newName: fc.option(name) });
  const unique = { selector: ({ teamId, name }: Bearer) => `${teamId}/${name}`, maxLength: 20 };
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
