import {
  type CronFieldError,
  createTask,
  type RunCoordinator,
  type ScheduledTask,
  validateDetailed,
} from 'node-cron';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';

export interface ScheduleOptions {
  readonly directories: readonly {
    readonly name: string;
    readonly schedule: string;
    readonly timezone: string;
  }[];
  /** True for one instance among all; throws when the queue is away, and then nobody fires. */
  readonly claimFire: (key: string, ttlMs: number) => Promise<boolean>;
  /** `fireTime`: the instant the schedule named, ISO 8601 in UTC; the same text on every instance. */
  readonly fire: (directory: string, fireTime: string) => Promise<void>;
}

export interface Schedule {
  /** Fires no more, and waits for what is being fired. */
  stop(): Promise<void>;
}

/** Longer than clocks differ, so that an instance an hour behind finds the claim of the one that was first. */
const claimMs = 2 * 60 * 60 * 1_000;

// node-cron would write to the console; what matters is logged from its events below.
const silent = { info() {}, warn() {}, error() {}, debug() {} };

/** Fires every directory by its schedule, once among all instances that share the claims. */
export function startSchedule(options: ScheduleOptions, log: Log): Schedule {
  const inFlight = new Map<string, PromiseWithResolvers<void>>();
  const coordinator = coordinate(options.claimFire, inFlight, log);
  const tasks = options.directories.map(directory => {
    const task = createTask(directory.schedule, context => fire(directory.name, context.date), {
      name: directory.name,
      timezone: directory.timezone,
      distributed: true,
      runCoordinator: coordinator,
      distributedLease: claimMs,
      logger: silent,
    });
    task.on('execution:missed', ({ date }) =>
      log.warn({ directory: directory.name, fireTime: date.toISOString() }, 'start by schedule missed'),
    );
    return task;
  });
  return startTasks(tasks, inFlight);

  async function fire(directory: string, date: Date): Promise<void> {
    try {
      await options.fire(directory, date.toISOString());
    } catch (error) {
      log.error(
        { directory, fireTime: date.toISOString(), reason: messageOf(error) },
        'start by schedule failed',
      );
    }
  }
}

function startTasks(
  tasks: readonly ScheduledTask[],
  inFlight: ReadonlyMap<string, PromiseWithResolvers<void>>,
): Schedule {
  for (const task of tasks) void task.start();
  return {
    async stop() {
      for (const task of tasks) await task.destroy();
      await Promise.all([...inFlight.values()].map(({ promise }) => promise));
    },
  };
}

/** Between the claim and the end of the firing a key is in flight, so that `stop` can wait for all of it. */
function coordinate(
  claimFire: ScheduleOptions['claimFire'],
  inFlight: Map<string, PromiseWithResolvers<void>>,
  log: Log,
): RunCoordinator {
  const land = (key: string) => {
    inFlight.get(key)?.resolve();
    inFlight.delete(key);
  };
  return {
    async shouldRun(key, ttlMs) {
      inFlight.set(key, Promise.withResolvers());
      try {
        const ours = await claimFire(key, ttlMs);
        if (!ours) land(key);
        return ours;
      } catch (error) {
        log.error({ fire: key, reason: messageOf(error) }, 'start by schedule skipped');
        land(key);
        return false;
      }
    },
    onComplete: land,
  };
}

/** What is wrong with a schedule, for the person who wrote it; undefined: nothing. */
export function scheduleProblem(expression: string, timezone: string): string | undefined {
  const { errors } = validateDetailed(expression);
  if (errors.length > 0) {
    return `${errors.map(problemOf).join('; ')} (allowed: five or six cron fields such as "*/15 * * * *", or @hourly, @daily, @weekly)`;
  }
  if (!isTimezone(timezone))
    return `no time zone is named "${timezone}" (allowed: an IANA name such as Europe/Berlin)`;
  return nextFire(expression, timezone)
    ? undefined
    : `"${expression}" never comes: no day fits all of its fields`;
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
  return name === undefined ? message : `there is no ${name} "${value}"`;
}

function isTimezone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The next instant that a schedule names, without starting anything; undefined where its fields exclude each other. */
export function nextFire(expression: string, timezone: string): Date | undefined {
  const task = createTask(expression, () => undefined, { timezone, logger: silent });
  try {
    return task.getNextRuns(1)[0];
  } catch (error) {
    // node-cron looks some years ahead, and has no other way to say that there is nothing.
    if (error instanceof Error && error.message.startsWith('Could not find next matching date'))
      return undefined;
    throw error;
  } finally {
    void task.destroy();
  }
}
