/** The throttle keeps the query limit, sends each query as early as possible, and waits longer after each rejection. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createThrottle, restMs } from '../../../src/directory/search/throttle.ts';

/** When queries are sent that are all ready at the given times, one after the other. */
function sentAt(limit: number, wishes: readonly number[]): number[] {
  let now = 0;
  const pause = async (ms: number) => {
    now += ms;
  };
  const pace = createThrottle(limit, () => now, pause);
  return wishes.map(wish => {
    now = Math.max(now, wish);
    void pace.turn();
    return now;
  });
}

describe('the query throttle', () => {
  it('sends the first ones at once, and the next one second after the first', () => {
    expect(sentAt(3, [0, 0, 10, 20, 20, 5000])).toEqual([0, 0, 10, 1000, 1000, 5000]);
    expect(sentAt(1, [0, 0, 0])).toEqual([0, 1000, 2000]);
  });

  it('does not wait without a limit', () => {
    expect(
      sentAt(
        0,
        Array.from({ length: 500 }, () => 0),
      ),
    ).toEqual(Array.from({ length: 500 }, () => 0));
  });

  it('never sends more than the limit in any second, and sends each query as early as possible', () => {
    const wishes = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), wishes, (limit, unsorted) => {
        const wanted = unsorted.toSorted((one, other) => one - other);
        const sent = sentAt(limit, wanted);
        for (const [index, at] of sent.entries()) {
          const before = sent[index - limit] ?? Number.NEGATIVE_INFINITY;
          expect(at).toBe(Math.max(wanted[index] ?? 0, before + 1000, sent[index - 1] ?? 0));
        }
      }),
    );
  });

  it('waits twice as long after every rejection, minus a part that differs between clients (F03)', () => {
    expect([1, 2, 3, 4].map(tries => restMs(tries, 0))).toEqual([250, 500, 1000, 2000]);
    expect(restMs(3, 1)).toBe(500);
  });
});
