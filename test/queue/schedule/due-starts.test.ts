/** Starts are made once each when the clock is set back, set ahead or not checked for a time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarOf } from '../../../src/queue/schedule/calendar.ts';
import { type DueStart, dueStartsOf } from '../../../src/queue/schedule/due-starts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2026-03-28T00:02Z');

/** An event at a minute of the simulation: the clock is set, or no check happens for a time. */
interface Blow {
  readonly minute: number;
  readonly setMs: number;
  readonly awayMinutes: number;
}

interface Start extends DueStart {
  readonly minute: number;
}

/** Checks once a minute with a clock that is set now and then. */
function simulate(schedule: string, minutes: number, blows: readonly Blow[]): Start[] {
  const starts: Start[] = [];
  const turns = dueStartsOf(calendarOf(schedule, 'Europe/Berlin'), { since: START, wall: START });
  let offset = 0;
  let awayUntil = 0;
  for (let minute = 0; minute < minutes; minute++) {
    for (const blow of blows.filter(each => each.minute === minute)) {
      offset += blow.setMs;
      awayUntil = Math.max(awayUntil, minute + blow.awayMinutes);
    }
    if (minute < awayUntil) continue;
    const turn = turns.advance(START + minute * MINUTE + offset, minute * MINUTE);
    if (turn !== undefined) starts.push({ ...turn, minute });
  }
  return starts;
}

function longestPause(starts: readonly Start[], minutes: number): number {
  const at = [0, ...starts.map(start => start.minute), minutes];
  return Math.max(...at.slice(1).map((minute, index) => minute - (at[index] ?? 0)));
}

describe('the due starts of a schedule', () => {
  it('continue within two ticks when the clock is set back an hour (G27)', () => {
    const blows = [{ minute: 61, setMs: -HOUR, awayMinutes: 0 }];
    const starts = simulate('*/15 * * * *', 200, blows);
    expect(longestPause(starts, 200)).toBeLessThanOrEqual(30);
    expect(starts.filter(start => start.again !== undefined).map(start => start.minute)).toEqual([
      73, 88, 103, 118,
    ]);
  });

  it('are not made a second time when the clock is set back over a daily start (G27)', () => {
    const blows = [{ minute: 150, setMs: -HOUR, awayMinutes: 0 }];
    expect(simulate('30 2 * * *', 2 * 1_440, blows).map(start => start.minute)).toEqual([88, 1_558]);
  });

  it('are not made a second time when the clock is set back a few seconds', () => {
    const turns = dueStartsOf(calendarOf('*/15 * * * *', 'UTC'), { since: START, wall: START });
    const noon = Date.parse('2026-03-28T12:00Z');
    expect(turns.advance(noon, 0)).toMatchObject({ at: noon });
    expect(turns.advance(noon - 3_000, 100)).toBeUndefined();
    expect(turns.advance(noon, 3_100)).toBeUndefined();
    expect(turns.advance(noon + 15 * MINUTE, 15 * MINUTE)).toMatchObject({ at: noon + 15 * MINUTE });
  });

  it('are one when the clock jumps ahead over many (G27)', () => {
    const blows = [{ minute: 61, setMs: 5 * HOUR, awayMinutes: 0 }];
    const [before, caughtUp, after] = simulate('*/15 * * * *', 120, blows).slice(3);
    expect([before?.minute, caughtUp?.minute, after?.minute]).toEqual([58, 61, 73]);
    expect(caughtUp?.at).toBe(START + 5 * HOUR + 58 * MINUTE);
  });

  it('are one if several became due between two calls (G28)', () => {
    const since = START - 5 * HOUR;
    const turns = dueStartsOf(calendarOf('*/15 * * * *', 'UTC'), { since, wall: START });
    expect(turns.advance(START, 0)).toMatchObject({ at: Date.parse('2026-03-28T00:00Z') });
    expect(turns.advance(START + 1, 1)).toBeUndefined();
  });

  it('continue at once if the last start is recorded in the future (G27)', () => {
    const turns = dueStartsOf(calendarOf('*/15 * * * *', 'UTC'), { since: START + DAY, wall: START });
    expect(turns.advance(START, 0)).toBeUndefined();
    expect(turns.advance(START + 15 * MINUTE, 15 * MINUTE)).toMatchObject({ again: START + DAY });
  });

  it('pause for two ticks at most, and repeat no more often than the clock was set, in a month of clock changes (G27, G28)', () => {
    const blow = fc.record({
      minute: fc.integer({ min: 0, max: 30 * 1_440 }),
      setMs: fc.constantFrom(0, -HOUR, HOUR, -3_000, 40_000, -7 * MINUTE, 50 * MINUTE, -DAY, DAY),
      awayMinutes: fc.constantFrom(0, 0, 0, 5, 40, 300),
    });
    fc.assert(
      fc.property(fc.array(blow, { maxLength: 30 }), blows => {
        const minutes = 30 * 1_440;
        const starts = simulate('*/15 * * * *', minutes, blows);
        const away = blows.reduce((sum, each) => sum + each.awayMinutes, 0);
        expect(longestPause(starts, minutes)).toBeLessThanOrEqual(30 + away);
        expect(starts.length).toBeLessThanOrEqual(minutes / 15 + blows.length + 1);
        for (const [index, { minute }] of starts.entries()) {
          const last = starts[index - 1]?.minute ?? Number.NEGATIVE_INFINITY;
          const wasSet = blows.some(each => each.minute + each.awayMinutes >= last && each.minute <= minute);
          if (!wasSet) expect(minute - last).toBeGreaterThanOrEqual(15);
        }
      }),
      { numRuns: 30 },
    );
  });
});
