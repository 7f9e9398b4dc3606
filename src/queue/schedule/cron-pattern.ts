/** Parses a cron expression. */
import { createTask, type Logger, parse } from 'node-cron';

/** The local times that a cron expression names, in any time zone. Local times are represented as UTC instants. */
export interface Pattern {
  /** True if the expression names no hour, so that it repeats all day. */
  readonly interval: boolean;
  /** The first local time after `after`; undefined if the fields exclude each other. */
  next(after: number): number | undefined;
}

// Without a logger, node-cron writes to the console.
export const silent: Logger = { info() {}, warn() {}, error() {}, debug() {} };

const DAY_MS = 86_400_000;
/** The longest gap: from a 29 February to the next one on the same day of the week, across 2100. */
const HORIZON_DAYS = 366 * 41;

/** Parses a cron expression with node-cron. Throws the error of node-cron if the expression is invalid. */
export function patternOf(expression: string): Pattern {
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = parse(expression);
  const times = { hours: ascending(hour), minutes: ascending(minute), seconds: ascending(second) };
  // node-cron evaluates L, W and #.
  const fields = [dayOfMonth, month, dayOfWeek].map(field => field.join(','));
  const days = createTask(`0 0 0 ${fields.join(' ')}`, () => undefined, {
    timezone: 'UTC',
    logger: silent,
  });
  void days.destroy();
  const isNamed = (day: number) =>
    month.includes(new Date(day).getUTCMonth() + 1) &&
    mayBe(dayOfMonth, new Date(day).getUTCDate()) &&
    mayBe(dayOfWeek, new Date(day).getUTCDay()) &&
    days.match(new Date(day));
  const remembered = lastAnswer(isNamed);
  return { interval: times.hours.length === 24, next: after => nextOn(remembered, times, after) };
}

function lastAnswer(ask: (day: number) => boolean): (day: number) => boolean {
  let last = { day: Number.NaN, named: false };
  return day => {
    if (day !== last.day) last = { day, named: ask(day) };
    return last.named;
  };
}

/** Quickly excludes days by plain numbers, without a call to node-cron. */
function mayBe(field: readonly (number | string)[], value: number): boolean {
  return field.includes(value) || field.some(entry => typeof entry === 'string');
}

function ascending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

interface Times {
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
}

function nextOn(isNamed: (day: number) => boolean, times: Times, after: number): number | undefined {
  const today = Math.floor(after / DAY_MS) * DAY_MS;
  const last = today + HORIZON_DAYS * DAY_MS;
  for (let day = today; day < last; day += DAY_MS) {
    const time = isNamed(day) ? firstTime(times, after - day) : undefined;
    if (time !== undefined) return day + time;
  }
  return undefined;
}

/** The first time of a day after `after`, both in milliseconds since midnight. */
function firstTime({ hours, minutes, seconds }: Times, after: number): number | undefined {
  for (const hour of hours) {
    if ((hour + 1) * 3_600_000 <= after) continue;
    for (const minute of minutes) {
      if (hour * 3_600_000 + (minute + 1) * 60_000 <= after) continue;
      for (const second of seconds) {
        const time = hour * 3_600_000 + minute * 60_000 + second * 1_000;
        if (time > after) return time;
      }
    }
  }
  return undefined;
}
