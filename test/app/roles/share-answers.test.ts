/** Callers that wait for the same answer share one computation of it. */
import { describe, expect, it } from 'vitest';
import { shareAnswers } from '../../../src/app/roles/share-answers.ts';

/** Answers 1, 2, 3 …, each when its gate is resolved. */
function slowCounter() {
  const gates: PromiseWithResolvers<void>[] = [];
  const ask = async () => {
    const gate = Promise.withResolvers<void>();
    const number = gates.push(gate);
    await gate.promise;
    return number;
  };
  return { gates, share: shareAnswers(ask) };
}

describe('a shared answer', () => {
  it('is computed once for all waiting callers, and never given to a caller that came after it began', async () => {
    const { gates, share } = slowCounter();
    const first = share();
    const [second, third] = [share(), share()];
    expect(gates).toHaveLength(1);
    gates[0]?.resolve();
    expect(await first).toBe(1);
    gates[1]?.resolve();
    expect(await Promise.all([second, third])).toEqual([2, 2]);
    expect(gates).toHaveLength(2);

    const later = share();
    gates[2]?.resolve();
    expect(await later).toBe(3);
  });

  it('fails for the callers that wait for it, and is computed again for the next caller', async () => {
    const { gates, share } = slowCounter();
    const first = share();
    const second = share();
    gates[0]?.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    gates[1]?.resolve();
    expect(await second).toBe(2);
  });
});
