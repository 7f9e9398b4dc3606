/** The instants of a schedule across clock changes, which node-cron does not handle. */
import { type Pattern, patternOf } from './cron-pattern.ts';
import { type OffsetChange, type Zone, zoneOf } from './time-zone.ts';

/** Instants are milliseconds since 1970. */
export interface Calendar {
  /** The first instant after `after`; undefined if the fields of the schedule exclude each other. */
  next(after: number): number | undefined;
  /** The last instant after `after`, up to and including `until`. */
  latest(after: number, until: number): number | undefined;
}

/** Longer than the largest clock change in history. */
const LOOK_BACK_MS = 26 * 3_600_000;

/**
 * Returns the calendar of a cron expression in a time zone. A local time that the clocks skip runs right after the
 * change. A local time that occurs twice runs the first time only. A schedule that names no hour keeps its interval
 * through the change, so that no pause is longer than on other days. Throws if the expression or the time zone is
 * invalid.
 */
export function calendarOf(expression: string, timezone: string): Calendar {
  const pattern = patternOf(expression);
  const zone = zoneOf(timezone);
  const next = (after: number) => nextInstant(pattern, zone, after);
  return { next, latest: (after, until) => latestInstant(next, after, until) };
}

function nextInstant(pattern: Pattern, zone: Zone, after: number): number | undefined {
  let period = periodOf(zone, after);
  for (;;) {
    const found = firstOf(pattern, period, after);
    if (found === undefined) return undefined;
    const change = zone.firstChange(Math.max(after, period.from), found);
    if (change === undefined) return found;
    period = change;
  }
}

/** The period with a constant offset that contains the instant. Only a recent start of the period is exact. */
function periodOf(zone: Zone, instant: number): OffsetChange {
  const from = instant - LOOK_BACK_MS;
  const offsetMs = zone.offsetAt(from);
  let period: OffsetChange = { from, offsetMs, beforeMs: offsetMs };
  for (;;) {
    const change = zone.firstChange(period.from, instant);
    if (change === undefined) return period;
    period = change;
  }
}

/** The first instant in the period, as if the period had no end. */
function firstOf(pattern: Pattern, period: OffsetChange, after: number): number | undefined {
  const { from, offsetMs, beforeMs } = period;
  const since = Math.max(after, from - 1);
  const named = (offset: number, start: number) => {
    const local = pattern.next(start + offset);
    return local === undefined ? Number.POSITIVE_INFINITY : local - offset;
  };
  const firsts = pattern.interval
    ? [named(offsetMs, since), before(named(beforeMs, since), from + Math.abs(offsetMs - beforeMs))]
    : [
        named(offsetMs, Math.max(since, from + beforeMs - offsetMs - 1)),
        after < from && named(beforeMs, from - 1) < from + offsetMs - beforeMs ? from : undefined,
      ];
  const first = Math.min(...firsts.filter(instant => instant !== undefined));
  return Number.isFinite(first) ? first : undefined;
}

function before(instant: number, end: number): number | undefined {
  return instant < end ? instant : undefined;
}

/** Searches in growing steps backwards, so that the cost is proportional to the distance of the result. */
function latestInstant(next: Calendar['next'], after: number, until: number): number | undefined {
  for (let back = 60_000; ; back *= 8) {
    const start = Math.max(after, until - back);
    let latest = upTo(next(start), until);
    for (let later = latest; later !== undefined; later = upTo(next(later), until)) latest = later;
    if (latest !== undefined || start === after) return latest;
  }
}

function upTo(instant: number | undefined, until: number): number | undefined {
  return instant !== undefined && instant <= until ? instant : undefined;
}
