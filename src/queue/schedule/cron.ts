/** Starts runs by the schedules of the directories. */
import { type CronFieldError, validateDetailed } from 'node-cron';
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { calendarOf } from './calendar.ts';
import { dueStartsOf } from './due-starts.ts';
import { type StartPorts, startsOf } from './starts.ts';
import { alarmAt } from './timer.ts';

export interface ScheduleOptions extends StartPorts {
  readonly directories: readonly ScheduledDirectory[];
}

interface ScheduledDirectory {
  readonly name: string;
  readonly schedule: string;
  readonly timezone: string;
}

export interface Schedule {
  /** Stops the schedules and waits for pending starts. */
  stop(): Promise<void>;
}

/** In milliseconds. Only `elapsed` is monotonic: it is unaffected when the clock of the machine is set. */
export interface Clock {
  /** Since 1970. */
  readonly now: () => number;
  readonly elapsed: () => number;
}

const machine: Clock = { now: () => Date.now(), elapsed: () => performance.now() };

/** Interval to detect a changed clock: a timer that waits for an instant does not notice the change. */
const tickMs = 1_000;

/**
 * Starts runs of every directory by its schedule, once among all instances that share the claims. Starts that were due
 * while no instance was running are made at once, as one start.
 */
export function startSchedule(options: ScheduleOptions, log: Log, clock = machine): Schedule {
  const schedules = options.directories.map(directory => scheduleOf(directory, options, { log, clock }));
  const timer = setInterval(() => {
    for (const directory of schedules) directory.tick();
  }, tickMs);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(schedules.map(directory => directory.stop()));
    },
  };
}

interface DirectorySchedule {
  tick(): void;
  stop(): Promise<void>;
}

function scheduleOf(
  { name, schedule, timezone }: ScheduledDirectory,
  ports: StartPorts,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): DirectorySchedule {
  const starts = startsOf(name, ports, { log, elapsed: clock.elapsed });
  const calendar = calendarOf(schedule, timezone);
  const stopping = new AbortController();
  let check = (): void => undefined;

  async function begin(): Promise<void> {
    const since = await lastFired(name, ports, log);
    if (stopping.signal.aborted) return;
    const wall = clock.now();
    const turns = dueStartsOf(calendar, { since: since ?? wall, wall });
    const missed = turns.advance(wall, clock.elapsed());
    if (missed !== undefined) starts.make(missed, { missed: true });
    const alarm = alarmClock(() => check());
    stopping.signal.addEventListener('abort', alarm.off);
    check = () => {
      const turn = turns.advance(clock.now(), clock.elapsed());
      if (turn !== undefined) starts.make(turn);
      alarm.set(turns.next());
    };
    check();
  }
  const begun = begin();
  return {
    tick() {
      check();
      starts.retry();
    },
    async stop() {
      check = () => undefined;
      stopping.abort();
      await begun;
      await starts.settled();
    },
  };
}

async function lastFired(name: string, { lastFire }: StartPorts, log: Log): Promise<number | undefined> {
  try {
    return (await lastFire?.(name))?.at;
  } catch (error) {
    log.error(
      { directory: name, reason: messageOf(error) },
      'missed scheduled starts could not be determined',
    );
    return undefined;
  }
}

/** An alarm clock with one alarm at a time. */
function alarmClock(ring: () => void) {
  let at: number | undefined;
  let off = (): void => undefined;
  return {
    set(instant: number | undefined) {
      if (instant === at) return;
      off();
      at = instant;
      off = instant === undefined ? () => undefined : alarmAt(instant, ring);
    },
    off: () => off(),
  };
}

/** The problem of a schedule, in words for the operator; undefined if it is valid. */
export function scheduleProblem(expression: string, timezone: string): string | undefined {
  const { errors } = validateDetailed(expression);
  if (errors.length > 0) {
    return `${errors.map(problemOf).join('; ')} (allowed: five or six cron fields such as "*/15 * * * *", or @hourly, @daily, @weekly)`;
  }
  if (!isTimezone(timezone))
    return `unknown time zone "${timezone}" (allowed: an IANA name such as Europe/Berlin)`;
  return nextFire(expression, timezone)
    ? undefined
    : `"${expression}" never matches: no day satisfies all fields`;
}

const fieldNames = new Map([
  ['second', 'second'],
  ['minute', 'minute'],
  ['hour', 'hour'],
  ['dayOfMonth', 'day of the month'],
  ['month', 'month'],
  ['dayOfWeek', 'day of the week'],
]);

function problemOf({ field, value, message }: CronFieldError): string {
  const name = fieldNames.get(field);
  return name === undefined ? message : `invalid ${name} "${value}"`;
}

function isTimezone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The next instant of a schedule after `after`; undefined if its fields exclude each other. */
export function nextFire(expression: string, timezone: string, after = new Date()): Date | undefined {
  const next = calendarOf(expression, timezone).next(after.getTime());
  return next === undefined ? undefined : new Date(next);
}
