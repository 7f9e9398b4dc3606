/** Schedules keep their local time through clock changes, compared with an independent calendar. */
import fc from 'fast-check';
import { createTask } from 'node-cron';
import { describe, expect, it } from 'vitest';
import { calendarOf } from '../../../src/queue/schedule/calendar.ts';
import { nextFire } from '../../../src/queue/schedule/cron.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const SIX_ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
];

/** All starts of a schedule in an interval. */
function instants(expression: string, timezone: string, from: string, days: number): number[] {
  const calendar = calendarOf(expression, timezone);
  const found: number[] = [];
  const end = Date.parse(from) + days * DAY;
  for (let at = calendar.next(Date.parse(from) - 1); at !== undefined && at < end; at = calendar.next(at))
    found.push(at);
  return found;
}

const pauses = (all: readonly number[]) => all.slice(1).map((at, index) => at - (all[index] ?? 0));

/** The local time of the zone, computed in another way than in the product: "2026-03-29 02:30". */
function localClock(timeZone: string): (instant: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return instant => format.format(instant);
}

/** All local days that are completely in an interval. */
function wholeDays(timeZone: string, from: string, days: number): string[] {
  const clock = localClock(timeZone);
  const hours = Array.from({ length: days * 24 }, (_, hour) => clock(Date.parse(from) + hour * HOUR));
  return [...new Set(hours.map(time => time.slice(0, 10)))].slice(1, -1);
}

describe('the calendar of a schedule', () => {
  it.each([
    ['Europe/Berlin', '2026-03-27', ['03-28 02:30', '03-29 03:00', '03-30 02:30']],
    ['Europe/Berlin', '2026-10-23', ['10-24 02:30', '10-25 02:30', '10-26 02:30']],
    ['America/New_York', '2026-03-06', ['03-07 02:30', '03-08 03:00', '03-09 02:30']],
    ['America/New_York', '2026-10-30', ['10-31 02:30', '11-01 02:30', '11-02 02:30']],
    ['Australia/Lord_Howe', '2026-10-01', ['10-03 02:30', '10-04 02:30', '10-05 02:30']],
  ])('runs 02:30 once a day when %s changes its clocks after %s (G26)', (zone, from, expected) => {
    const shown = instants('30 2 * * *', zone, `${from}T00:00Z`, 9).map(localClock(zone));
    const days = expected.map(time => time.slice(0, 5));
    expect(shown.map(time => time.slice(5)).filter(time => days.includes(time.slice(0, 5)))).toEqual(
      expected,
    );
  });

  it('runs a start that falls into a gap at midnight on the same day (G26)', () => {
    const found = instants('30 0 * * *', 'Africa/Cairo', '2026-04-22T12:00Z', 3);
    expect(found.map(localClock('Africa/Cairo'))).toEqual([
      '2026-04-23 00:30',
      '2026-04-24 01:00',
      '2026-04-25 00:30',
    ]);
  });

  it('runs a time that clocks show twice when they show it first (G26)', () => {
    const [first] = instants('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', 1);
    expect(new Date(first ?? 0).toISOString()).toBe('2026-10-25T00:30:00.000Z');
  });

  it('makes one start of several that fall into a gap (G26)', () => {
    const found = instants('*/10 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', 1);
    expect(found.map(at => new Date(at).toISOString())).toEqual(['2026-03-29T01:00:00.000Z']);
  });

  it('keeps an interval through a change of half an hour (G26)', () => {
    for (const from of ['2026-04-04T00:00Z', '2026-10-03T00:00Z'])
      for (const schedule of ['0 * * * *', '10 * * * *', '45 * * * *'])
        expect(Math.max(...pauses(instants(schedule, 'Australia/Lord_Howe', from, 2)))).toBe(HOUR);
  });

  it.each(SIX_ZONES)('in a year of %s pauses no longer than an interval, and misses no day (G26)', zone => {
    const quarters = instants('*/15 * * * *', zone, '2026-01-01T00:00Z', 366);
    expect(Math.max(...pauses(quarters))).toBe(15 * MINUTE);
    expect(Math.min(...pauses(quarters))).toBe(15 * MINUTE);

    const daily = instants('30 2 * * *', zone, '2026-01-01T00:00Z', 366);
    const days = daily.map(localClock(zone)).map(time => time.slice(0, 10));
    expect(new Set(days).size).toBe(days.length);
    expect(days).toEqual(expect.arrayContaining(wholeDays(zone, '2026-01-01T00:00Z', 366)));
    expect(Math.min(...pauses(daily))).toBeGreaterThan(HOUR);
  });

  it('has a run on every day, at its time or at the end of a gap, in every zone and year (G26)', () => {
    const zone = fc.constantFrom(
      ...SIX_ZONES,
      'Europe/Dublin',
      'Africa/Casablanca',
      'America/Havana',
      'Asia/Gaza',
      'Antarctica/Troll',
      'Pacific/Chatham',
      'America/St_Johns',
    );
    const time = fc.record({
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.integer({ min: 0, max: 59 }),
    });
    fc.assert(
      fc.property(zone, fc.integer({ min: 2000, max: 2036 }), time, (timeZone, year, { hour, minute }) => {
        const from = `${year}-01-01T00:00Z`;
        const found = instants(`${minute} ${hour} * * *`, timeZone, from, 366);
        const clock = localClock(timeZone);
        const wanted = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const days = found.map(at => clock(at).slice(0, 10));
        expect(days).toEqual(expect.arrayContaining(wholeDays(timeZone, from, 366)));
        expect(new Set(days).size).toBe(days.length);
        for (const at of found) {
          const time = `${clock(at).slice(0, 11)}${wanted}`;
          if (clock(at) !== time) expect([clock(at - 1) < time, time < clock(at)]).toEqual([true, true]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has the starts of node-cron on an ordinary day', () => {
    const field = (values: readonly string[]) => fc.constantFrom(...values);
    const expression = fc
      .tuple(
        field(['0', '*/15', '7,52', '10-20', '*']),
        field(['*', '3', '*/4', '22-2', '0,12']),
        field(['*', 'L', '1-20', '15W', 'L-3', '?']),
        field(['*', 'jun', '6-8']),
        field(['*', 'mon-fri', '5L', '2#3', '7', '?']),
      )
      .map(fields => fields.join(' '));
    fc.assert(
      fc.property(expression, fc.integer({ min: 0, max: 29 }), (schedule, day) => {
        const midnight = Date.parse('2026-06-01T00:00Z') + day * DAY;
        const task = createTask(schedule, () => undefined, { timezone: 'Asia/Kathmandu' });
        const minutes = Array.from({ length: 24 * 60 }, (_, minute) => midnight + minute * MINUTE);
        const named = minutes.filter(minute => task.match(new Date(minute)));
        void task.destroy();
        expect(instants(schedule, 'Asia/Kathmandu', new Date(midnight).toISOString(), 1)).toEqual(named);
      }),
      { numRuns: 30 },
    );
  });

  it('finds the latest start of an interval as a linear search does', () => {
    const schedule = fc.constantFrom('*/15 * * * *', '30 2 * * *', '0 0 1 * *', '* * 3 * *');
    const span = fc.integer({ min: 0, max: 40 * DAY });
    fc.assert(
      fc.property(schedule, span, span, (expression, start, length) => {
        const after = Date.parse('2026-03-20T00:00Z') + start;
        const calendar = calendarOf(expression, 'Europe/Berlin');
        let walked: number | undefined;
        for (let at = calendar.next(after); at !== undefined && at <= after + length; at = calendar.next(at))
          walked = at;
        expect(calendar.latest(after, after + length)).toBe(walked);
      }),
      { numRuns: 50 },
    );
  });

  it('is shown by status (G26)', () => {
    const before = new Date('2026-03-29T00:50Z');
    expect(nextFire('30 2 * * *', 'Europe/Berlin', before)?.toISOString()).toBe('2026-03-29T01:00:00.000Z');
  });
});
