import { createTask, type Logger, parse } from 'node-cron';

/** Which local times a cron expression names, whatever the zone. Local times are written as instants of UTC. */
export interface Pattern {
  /** Names no hour: it is meant to go on all day long. */
  readonly interval: boolean;
  /** The first local time it names after that one; undefined where its fields exclude each other. */
  next(after: number): number | undefined;
}

// node-cron would write to the console.
export const silent: Logger = { info() {}, warn() {}, error() {}, debug() {} };

const DAY_MS = 86_400_000;
/** From 29 February to the next on the same day of the week, across 2100. */
const HORIZON_DAYS = 366 * 41;

/** Reads an expression with node-cron's parser. Throws what it throws where the expression is none. */
export function patternOf(expression: string): Pattern {
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = parse(expression);
  const times = { hours: ascending(hour), minutes: ascending(minute), seconds: ascending(second) };
  // L, W and # are node-cron's to judge.
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

/** Spares asking about days that plain numbers exclude. */
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

/** The first time of a day after that one, both in milliseconds since midnight. */
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
