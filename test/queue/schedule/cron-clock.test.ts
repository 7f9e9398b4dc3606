/** Scheduled starts with a clock that the test moves. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextFire, type ScheduleOptions, startSchedule } from '../../../src/queue/schedule/cron.ts';
import { listen } from '../../support/given/queue/queue.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BERLIN = { name: 'corp', schedule: '*/15 * * * *', timezone: 'Europe/Berlin' };
const DAILY = { ...BERLIN, schedule: '30 2 * * *' };

/** The claims that all instances share, and the starts that they made. */
function shared(options: Partial<ScheduleOptions> = {}) {
  const claimed = new Set<string>();
  const fired: { readonly real: number; readonly fireTime: string }[] = [];
  const ports = {
    directories: [BERLIN],
    claimFire: async (key: string) => claimed.size < claimed.add(key).size,
    fire: async (_directory: string, fireTime: string) =>
      void fired.push({ real: performance.now(), fireTime }),
    ...options,
  };
  return { fired, start: () => startSchedule(ports, listen().log) };
}

describe('a schedule that is fired', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['forward', '2026-03-29T00:05Z'],
    ['back', '2026-10-25T00:05Z'],
  ])('every quarter of an hour continues while clocks go %s, and status shows it (G26)', async (_, from) => {
    vi.setSystemTime(from);
    const { fired, start } = shared();
    const schedule = start();
    const announced: (string | undefined)[] = [];
    for (let quarter = 0; quarter < 12; quarter++) {
      announced.push(nextFire(BERLIN.schedule, BERLIN.timezone)?.toISOString());
      await vi.advanceTimersByTimeAsync(15 * MINUTE);
    }
    await schedule.stop();
    expect(fired.map(({ fireTime }) => fireTime)).toEqual(announced);
    expect(new Set(announced).size).toBe(12);
  });

  it('at 02:30 runs when the hour without it is over (G26)', async () => {
    vi.setSystemTime('2026-03-29T00:05Z');
    const { fired, start } = shared({ directories: [DAILY] });
    const schedule = start();
    await vi.advanceTimersByTimeAsync(24 * HOUR);
    await schedule.stop();
    expect(fired.map(({ fireTime }) => fireTime)).toEqual(['2026-03-29T01:00:00.000Z']);
  });

  it('continues within two ticks when the clock of the only instance is set back an hour (G27)', async () => {
    vi.setSystemTime('2026-06-01T10:05Z');
    const { fired, start } = shared();
    const schedule = start();
    await vi.advanceTimersByTimeAsync(HOUR);
    vi.setSystemTime(Date.now() - HOUR);
    await vi.advanceTimersByTimeAsync(2 * HOUR);
    await schedule.stop();
    const real = fired.map(each => each.real);
    const pauses = real.slice(1).map((at, index) => at - (real[index] ?? 0));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30 * MINUTE);
    expect(new Set(fired.map(({ fireTime }) => fireTime)).size).toBe(12);
  });

  it('is not fired twice by an instance whose clock is an hour behind another (G27)', async () => {
    vi.setSystemTime('2026-06-01T10:05Z');
    let lastAt: number | undefined;
    const { fired, start } = shared({
      lastFire: async () =>
        lastAt === undefined ? undefined : { at: 0, run: 7, agoMs: performance.now() - lastAt },
    });
    const behind = start();
    await vi.advanceTimersByTimeAsync(HOUR);
    vi.setSystemTime(Date.now() - HOUR);
    lastAt = performance.now() + 9 * MINUTE;
    const before = fired.length;
    await vi.advanceTimersByTimeAsync(11 * MINUTE);
    await behind.stop();
    expect(fired).toHaveLength(before);
  });

  it('catches up once when the clock jumps ahead (G27)', async () => {
    vi.setSystemTime('2026-06-01T10:05Z');
    const { fired, start } = shared({ directories: [DAILY] });
    const schedule = start();
    await vi.advanceTimersByTimeAsync(MINUTE);
    vi.setSystemTime('2026-06-04T10:05Z');
    await vi.advanceTimersByTimeAsync(2_000);
    await schedule.stop();
    expect(fired.map(({ fireTime }) => fireTime)).toEqual(['2026-06-04T00:30:00.000Z']);
  });

  it('that was missed while no instance ran is caught up once, by any number of instances (G28)', async () => {
    vi.setSystemTime('2026-06-01T10:05Z');
    const at = Date.parse('2026-05-20T00:30Z');
    const lastFire = async () => ({ at, run: 1, agoMs: Date.now() - at });
    const { fired, start } = shared({ directories: [DAILY], lastFire });
    const schedules = [start(), start()];
    await vi.advanceTimersByTimeAsync(HOUR);
    await Promise.all(schedules.map(schedule => schedule.stop()));
    expect(new Set(fired.map(({ fireTime }) => fireTime))).toEqual(new Set(['2026-06-01T00:30:00.000Z']));
  });

  it('that never ran waits for its next start (G28)', async () => {
    vi.setSystemTime('2026-06-01T10:05Z');
    const { fired, start } = shared({ directories: [DAILY], lastFire: async () => undefined });
    const schedule = start();
    await vi.advanceTimersByTimeAsync(HOUR);
    await schedule.stop();
    expect(fired).toEqual([]);
  });

  it('is tried again when its start could not be claimed or recorded (G28)', async () => {
    vi.setSystemTime('2026-06-01T00:29Z');
    const failures = ['queue', 'database'];
    const fired: string[] = [];
    const fail = (where: string) => {
      if (failures[0] === where) throw new Error(`${failures.shift()} is away`);
    };
    const { start } = shared({
      directories: [DAILY],
      claimFire: async () => {
        fail('queue');
        return true;
      },
      fire: async (_directory, fireTime) => {
        fail('database');
        fired.push(fireTime);
      },
    });
    const schedule = start();
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    await schedule.stop();
    expect(fired).toEqual(['2026-06-01T00:30:00.000Z']);
  });
});
