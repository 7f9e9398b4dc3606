/** Long work yields to the event loop after each turn, and can be aborted between turns. */
import { describe, expect, it } from 'vitest';
import { inTurns } from '../../src/steps/in-turns.ts';
import type { Steps } from '../../src/steps/steps.ts';

/** Work of that many steps, each of which takes ten milliseconds of a simulated clock. */
function work(steps: number) {
  const clock = { now: 0 };
  function* run(): Steps<string> {
    for (let at = 0; at < steps; at += 1) {
      clock.now += 10;
      yield;
    }
    return 'done';
  }
  return { clock: () => clock.now, run };
}

describe('work in turns', () => {
  it('yields to the event loop after each turn', async () => {
    const { clock, run } = work(100);
    const times: number[] = [];
    const others = () => {
      times.push(clock());
      if (times.length < 5) setImmediate(others);
    };
    setImmediate(others);

    await expect(inTurns(run(), { clock })).resolves.toBe('done');

    expect(times).toEqual([50, 100, 150, 200, 250]);
  });

  it('ends between two turns when it is aborted', async () => {
    const { clock, run } = work(100);
    const called = new AbortController();
    setImmediate(() => called.abort(new Error('the lease is lost')));

    await expect(inTurns(run(), { clock, signal: called.signal })).rejects.toThrow('the lease is lost');

    expect(clock()).toBe(50);
  });
});
