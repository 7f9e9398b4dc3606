/** Hints wait once each, are taken oldest first, and give way to a whole run if they are too many. */
import { describe, expect, it } from 'vitest';
import { addHint, firstAt, noHints, returnHints, takeHints } from '../../../src/jobs/live/waiting-hints.ts';
import { uuid } from '../../support/given/values.ts';

const A = { id: uuid(1), dn: 'cn=b,dc=test', oldDn: 'cn=a,dc=test' };

describe('hints that wait', () => {
  it('count once if they are equal, and wait since the first of them', () => {
    const waiting = noHints();
    addHint(waiting, { hint: A, at: 7 });
    addHint(waiting, { hint: { ...A }, at: 9 });
    addHint(waiting, { hint: { ...A, oldDn: 'cn=b,dc=test', dn: 'cn=c,dc=test' }, at: 9 });
    expect(firstAt(waiting)).toBe(7);
    expect(takeHints(waiting)).toEqual([
      { hint: A, at: 7 },
      { hint: { id: A.id, oldDn: 'cn=b,dc=test', dn: 'cn=c,dc=test' }, at: 9 },
    ]);
    expect([waiting.hints.size, firstAt(waiting)]).toEqual([0, undefined]);
  });

  it('are taken by several runs if they are many, the oldest first', () => {
    const waiting = noHints();
    for (let n = 0; n < 200; n += 1) addHint(waiting, { hint: { dn: `cn=${n},dc=test` }, at: n });
    expect(takeHints(waiting).map(({ at }) => at)).toEqual([...Array(150).keys()]);
    expect(firstAt(waiting)).toBe(150);
    expect(takeHints(waiting)).toHaveLength(50);
  });

  it('are returned with their time', () => {
    const waiting = noHints();
    addHint(waiting, { hint: A, at: 7 });
    const taken = takeHints(waiting);
    addHint(waiting, { hint: { dn: 'cn=later,dc=test' }, at: 9 });
    returnHints(waiting, taken);
    expect(takeHints(waiting)).toEqual([
      { hint: A, at: 7 },
      { hint: { dn: 'cn=later,dc=test' }, at: 9 },
    ]);
  });

  it('are dropped for a run of the whole directory if there are too many', () => {
    const waiting = noHints();
    for (let n = 0; n <= 5000; n += 1) addHint(waiting, { hint: { dn: `cn=${n},dc=test` }, at: n });
    expect([waiting.hints.size, waiting.whole]).toEqual([0, 'more than 5000 changes wait']);
  });
});
