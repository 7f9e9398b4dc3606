/** Schedules of several instances fire once a tick, and survive failures. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextFire, type Schedule, scheduleProblem, startSchedule } from '../../../src/queue/schedule/cron.ts';
import { brokers, sharedBroker } from '../../support/given/queue/brokers.ts';
import { listen, queueOn } from '../../support/given/queue/queue.ts';
import { inbox } from '../../support/observe/inbox.ts';

const everySecond = { name: 'corp', schedule: '* * * * * *', timezone: 'UTC' };

describe.each(brokers)('schedules that share $name', ({ open }) => {
  const theBroker = sharedBroker(open);
  it('three instances fire once a tick (F78)', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const fired = inbox<string>();
    const claims = inbox<{ key: string; ours: boolean }>();
    const schedules: Schedule[] = [];
    for (const _instance of [1, 2, 3]) {
      const queue = await stage.queue();
      const claimFire = async (key: string, ttlMs: number) => {
        const ours = await queue.claimFire(key, ttlMs);
        claims.put({ key, ours });
        return ours;
      };
      const fire = async (directory: string, time: string) => fired.put(`${directory} ${time}`);
      schedules.push(startSchedule({ directories: [everySecond], claimFire, fire }, listen().log));
    }
    await claims.count(9);
    await Promise.all(schedules.map(schedule => schedule.stop()));

    const ticks = Map.groupBy(claims.all, ({ key }) => key);
    const whole = [...ticks.values()].filter(asked => asked.length === 3);
    expect(whole.length).toBeGreaterThanOrEqual(2);
    for (const asked of ticks.values()) expect(asked.filter(({ ours }) => ours)).toHaveLength(1);
    expect(fired.all.toSorted()).toEqual(
      [...ticks.keys()].map(key => key.replace('corp:', 'corp ')).toSorted(),
    );
  });

  it('fire nothing while no claim can be made, and log it', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const { log, lines } = listen();
    const fired: string[] = [];
    broker.gate.cut();
    const schedule = startSchedule(
      {
        directories: [everySecond],
        claimFire: queue.claimFire,
        fire: async (_directory, time) => void fired.push(time),
      },
      log,
    );
    await lines.count(2);
    await schedule.stop();

    expect(fired).toEqual([]);
    expect(lines.all[0]).toMatchObject({
      msg: 'scheduled start skipped',
      reason: expect.stringContaining('scheduled runs do not start'),
    });
  });
});

describe('a schedule', () => {
  it('continues after a tick that could not be recorded, and logs it', async () => {
    const { log, lines } = listen();
    const fired = inbox<string>();
    const schedule = startSchedule(
      {
        directories: [everySecond],
        claimFire: async () => true,
        fire: async (_directory, time) => {
          fired.put(time);
          throw new Error('PostgreSQL is away');
        },
      },
      log,
    );
    const [first] = await fired.count(2);
    await schedule.stop();

    expect(lines.all[0]).toMatchObject({
      msg: 'scheduled start failed',
      directory: 'corp',
      fireTime: first,
      reason: 'PostgreSQL is away',
    });
  });

  it('waits for the current start when it stops', async () => {
    const begun = inbox<string>();
    const released = Promise.withResolvers<void>();
    const events: string[] = [];
    const schedule = startSchedule(
      {
        directories: [everySecond],
        claimFire: async () => true,
        fire: async (_directory, time) => {
          begun.put(time);
          await released.promise;
          events.push('fired');
        },
      },
      listen().log,
    );
    await begun.count(1);
    const stopped = schedule.stop().then(() => events.push('stopped'));
    released.resolve();
    await stopped;

    expect(new Set(events.slice(0, -1))).toEqual(new Set(['fired']));
    expect(events.at(-1)).toBe('stopped');
  });
});

describe('nextFire', () => {
  const shown = (expression: string, timeZone: string) =>
    nextFire(expression, timeZone)?.toLocaleString('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
    });

  it('is the next start of a schedule in its time zone', () => {
    expect(shown('0 3 * * *', 'Europe/Berlin')).toMatch(/03:00$/);
    expect(shown('30 9 * * 1', 'Asia/Tokyo')).toBe('Mon 09:30');
    expect(nextFire('0 3 * * *', 'UTC')?.getTime()).toBeGreaterThan(Date.now());
  });
});

describe('scheduleProblem', () => {
  it.each([
    ['*/15 * * * *', 'UTC'],
    ['0 3 * * 1-5', 'Europe/Berlin'],
    ['*/10 * * * * *', 'UTC'],
    ['@hourly', 'America/Argentina/Buenos_Aires'],
    ['0 0 L * *', 'UTC'],
  ])('accepts %j in %s', (expression, timezone) => {
    expect(scheduleProblem(expression, timezone)).toBeUndefined();
  });

  it.each([
    ['', 'UTC', 'fields'],
    ['soon', 'UTC', 'fields'],
    ['* * * *', 'UTC', 'got 4'],
    ['61 * * * *', 'UTC', 'invalid minute "61"'],
    ['0 25 * * *', 'UTC', 'invalid hour "25"'],
    ['0 0 30 2 *', 'UTC', 'invalid day of the month "30"'],
    ['*/0 * * * *', 'UTC', 'minute'],
    ['0 0 * * *; drop', 'UTC', 'illegal'],
    ['* * 1-3 * 1#2', 'UTC', 'never matches'],
    ['*/15 * * * *', 'Mars/Olympus', 'unknown time zone "Mars/Olympus"'],
    ['*/15 * * * *', '', 'unknown time zone ""'],
  ])('refuses %j in %j', (expression, timezone, why) => {
    expect(scheduleProblem(expression, timezone)).toContain(why);
  });

  it('never throws, and what it accepts has a next instant', () => {
    const field = fc.constantFrom('*', '0', '5', '*/2', '1-3', 'L', '7', '61', 'mon', '?', '1#2', 'x');
    fc.assert(
      fc.property(fc.array(field, { minLength: 4, maxLength: 7 }), fields => {
        const expression = fields.join(' ');
        if (scheduleProblem(expression, 'UTC') !== undefined) return;
        expect(nextFire(expression, 'UTC')).toBeInstanceOf(Date);
      }),
    );
  });
});
