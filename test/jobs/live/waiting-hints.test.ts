import { describe, expect, it } from 'vitest';
import { addHint, noHints, returnHints, takeHints } from '../../../src/jobs/live/waiting-hints.ts';
import { uuid } from '../../support/given/values.ts';

const A = { id: uuid(1), dn: 'cn=b,dc=test', oldDn: 'cn=a,dc=test' };

describe('hints that wait', () => {
  it('count once if they are equal, and wait since the first of them', () => {
    const waiting = noHints();
    addHint(waiting, A, 7);
    addHint(waiting, { ...A }, 9);
    addHint(waiting, { ...A, oldDn: 'cn=b,dc=test', dn: 'cn=c,dc=test' }, 9);
    expect(takeHints(waiting)).toEqual({
      hints: [A, { id: A.id, oldDn: 'cn=b,dc=test', dn: 'cn=c,dc=test' }],
      firstAt: 7,
    });
    expect([waiting.hints.size, waiting.firstAt]).toEqual([0, undefined]);
  });

  it('are returned with their time', () => {
    const waiting = noHints();
    addHint(waiting, A, 7);
    const taken = takeHints(waiting);
    addHint(waiting, { dn: 'cn=later,dc=test' }, 9);
    returnHints(waiting, taken);
    expect(takeHints(waiting)).toMatchObject({ firstAt: 7, hints: [{ dn: 'cn=later,dc=test' }, A] });
  });

  it('are dropped for a run of the whole directory if there are too many', () => {
    const waiting = noHints();
    for (let n = 0; n <= 5000; n += 1) addHint(waiting, { dn: `cn=${n},dc=test` }, n);
    expect([waiting.hints.size, waiting.whole]).toEqual([0, 'more than 5000 changes wait']);
  });
});
