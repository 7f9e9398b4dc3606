/** Two change markers show whether one server is older than the other, or that this is unknown. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareMarkers, isAhead } from '../../../src/directory/session/marker-order.ts';
import { isUnrelated } from '../../../src/directory/session/read-consistency.ts';

function csn(time: number, server: number): string {
  const at = String(time).padStart(14, '0');
  return `${at}.000000Z#000000#${server.toString(16).padStart(3, '0')}#000000`;
}

describe('the order of two change markers', () => {
  it.each([
    ['usn 5 of CN=DC1', 'usn 5 of CN=DC1', 'same'],
    ['usn 5 of CN=DC1', 'usn 40 of CN=DC1', 'ahead'],
    ['usn 40 of CN=DC1', 'usn 5 of CN=DC1', 'behind'],
    ['usn 9007199254740993 of CN=DC1', 'usn 9007199254740992 of CN=DC1', 'behind'],
    ['usn 40 of CN=DC1', 'usn 5 of CN=DC2', 'unrelated'],
    ['usn 40 of an unnamed controller', 'usn 5 of an unnamed controller', 'unrelated'],
    ['lastusn;userroot=77 of ds1:389', 'lastusn;userroot=8 of ds1:389', 'behind'],
    ['lastusn;userroot=77 of ds1:389', 'lastusn;userroot=8 of ds2:389', 'unrelated'],
    ['lastusn;userroot=77', 'lastusn;userroot=8', 'unrelated'],
    ['lastusn;a=7 lastusn;b=7 of ds1', 'lastusn;a=8 lastusn;b=6 of ds1', 'behind'],
    ['lastusn;a=7 lastusn;b=7 of ds1', 'lastusn;a=8 of ds1', 'ahead'],
    [csn(5, 1), csn(6, 1), 'ahead'],
    [csn(6, 1), csn(5, 1), 'behind'],
    [`${csn(6, 1)} ${csn(6, 2)}`, csn(9, 1), 'behind'],
    [csn(6, 1), `${csn(6, 1)} ${csn(1, 2)}`, 'ahead'],
    [`${csn(3, 0)} ${csn(9, 0)}`, `${csn(9, 0)} ${csn(4, 0)}`, 'ahead'],
    [`${csn(3, 0)} ${csn(9, 0)}`, `${csn(2, 0)} ${csn(9, 0)}`, 'behind'],
    [`${csn(3, 0)} ${csn(9, 0)}`, csn(2, 0), 'ahead'],
    [csn(6, 1), 'usn 5 of CN=DC1', 'unrelated'],
    ['anything', 'else', 'unrelated'],
  ])('%s, then %s: %s (G07)', (before, after, order) => {
    expect(compareMarkers(before, after)).toBe(order);
  });

  it.each([
    [csn(5, 1), csn(6, 1), false],
    [csn(6, 1), csn(6, 1), false],
    [csn(7, 1), csn(6, 1), true],
    [csn(7, 1), `${csn(6, 1)} ${csn(8, 2)}`, true],
    [csn(7, 1), `${csn(6, 1)} ${csn(8, 1)}`, false],
    [csn(7, 3), csn(6, 1), false],
    ['20260301090000.0Z', csn(6, 1), false],
    [csn(7, 1), 'usn 5 of CN=DC1', false],
    [csn(7, 1), '', false],
  ])('finds whether the change %s is ahead of a server at %s: %s (G07)', (change, marker, expected) => {
    expect(isAhead(change, marker)).toBe(expected);
  });

  it('distinguishes a replica that lacks changes from one that has them, for any provider (G07)', () => {
    const seen = fc.dictionary(fc.constantFrom('1', '2', '3'), fc.integer({ min: 1, max: 5 }), {
      minKeys: 1,
    });
    const marker = (vector: Readonly<Record<string, number>>) =>
      Object.entries(vector)
        .map(([server, time]) => csn(time, Number(server)))
        .join(' ');
    fc.assert(
      fc.property(seen, seen, (first, second) => {
        const lacks = Object.entries(first).some(([server, time]) => (second[server] ?? 0) < time);
        const order = compareMarkers(marker(first), marker(second));
        expect(order === 'behind').toBe(lacks);
        expect(compareMarkers(marker(first), marker({ ...first, 3: (first[3] ?? 0) + 1 }))).toBe('ahead');
      }),
    );
  });

  it('never calls a server older than it was, for any number of databases (G07)', () => {
    const write = fc.record({ database: fc.nat(2), server: fc.nat(2), database2: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 20 }), fc.nat(20), (writes, then) => {
        const stateAfter = (count: number) => {
          const csns = Array.from({ length: 9 }, (_, place) => csn(1, place % 3));
          for (const [at, { database, server }] of writes.slice(0, count).entries())
            csns[3 * database + server] = csn(at + 2, server);
          return csns.toSorted().join(' ');
        };
        expect(compareMarkers(stateAfter(then), stateAfter(writes.length))).not.toBe('behind');
      }),
    );
  });
});

describe('the marker of a server that may be another one', () => {
  it.each([
    ['usn 7 of DC1', 'usn 9 of DC1', false],
    ['usn 7 of DC1', 'usn 9 of DC2', true],
    ['lastusn;userroot=7 of one', 'lastusn;userroot=9 of two', true],
    [csn(1, 1), csn(2, 1), false],
    ['usn 7 of an unnamed controller', 'usn 9 of an unnamed controller', undefined],
    ['lastusn;userroot=7', 'lastusn;userroot=9', undefined],
    ['usn 7 of DC1', undefined, undefined],
    [undefined, 'usn 7 of DC1', undefined],
  ])('%s, then %s: unrelated is %s (G07)', (position, marker, expected) => {
    expect(isUnrelated(position, marker)).toBe(expected);
  });
});
