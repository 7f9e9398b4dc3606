/** A watch counts as current only up to what the server reported, and as broken if a report does not arrive. */
import { describe, expect, it } from 'vitest';
import { createCovered } from '../../../src/directory/watch/covered.ts';
import { createLiveness } from '../../../src/directory/watch/liveness.ts';

const csn = (n: number, provider = '000') => `2026113012000${n}.000000Z#000000#${provider}#000000`;
const dead = expect.objectContaining({ code: 'interrupted' });

describe('a watch whose messages show what they cover', () => {
  const opened = () => {
    const covered = createCovered();
    covered.add(`rid=000,csn=${csn(1)}`);
    return { covered, liveness: createLiveness(csn(1), covered.has) };
  };

  it('is current while nothing changes', () => {
    const { liveness } = opened();
    expect([liveness.check(csn(1), 1000), liveness.check(csn(1), 9000)]).toEqual([1000, 9000]);
  });

  it('is not current until the message of a change arrives, and dead if it does not, although others arrived before', () => {
    const { covered, liveness } = opened();
    covered.add(`rid=000,csn=${csn(2)}`);
    liveness.heard(900);
    expect(liveness.check(csn(2), 1000)).toBe(1000);
    expect([liveness.check(csn(3), 2000), liveness.check(csn(3), 4000)]).toEqual([undefined, undefined]);
    expect(() => liveness.check(csn(3), 5000)).toThrow(dead);
  });

  it('is not current while a busy server reports late, except up to what it reported', () => {
    const { covered, liveness } = opened();
    const checked = [2, 3, 4, 5].map(n => {
      const answer = liveness.check(csn(n), n * 1000);
      covered.add(`rid=000,csn=${csn(n)}`);
      liveness.heard(n * 1000 + 500);
      return answer;
    });
    expect(checked).toEqual([undefined, 2000, 3000, 4000]);
  });

  it('needs the message of each provider', () => {
    const { covered, liveness } = opened();
    covered.add(`rid=000,csn=${csn(5)}`);
    const both = `${csn(5)} ${csn(3, '001')}`;
    expect(liveness.check(both, 1000)).toBeUndefined();
    covered.add(`rid=000,csn=${csn(3, '001')}`);
    expect(liveness.check(both, 2000)).toBe(2000);
  });
});

describe('a watch whose messages do not show what they cover', () => {
  it.each([
    ['no mechanism for it', () => undefined],
    ['a message without a cookie', withoutCookie()],
    [
      'two suffixes with the same provider',
      (marker: string) => createCovered().has(`${csn(1)} ${csn(2)} ${marker}`),
    ],
  ])('is current after any message since the last check, and dead without one: %s', (_, covers) => {
    const liveness = createLiveness('1', covers);
    liveness.heard(500);
    expect([liveness.check('2', 1000), liveness.check('2', 2000)]).toEqual([1000, 2000]);
    expect([liveness.check('3', 3000), liveness.check('3', 5000)]).toEqual([undefined, undefined]);
    expect(() => liveness.check('3', 6000)).toThrow(dead);
    liveness.heard(6500);
    expect(liveness.check('3', 7000)).toBe(7000);
  });
});

function withoutCookie() {
  const covered = createCovered();
  covered.add('');
  return covered.has;
}
