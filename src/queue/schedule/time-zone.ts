/** A time zone from the data of Intl: its offset at an instant, and the changes of its offset. */

/** The offset is `offsetMs` from the instant `from` on, and was `beforeMs` until then. */
export interface OffsetChange {
  readonly from: number;
  readonly offsetMs: number;
  readonly beforeMs: number;
}

/** Instants are milliseconds since 1970. */
export interface Zone {
  offsetAt(instant: number): number;
  /** The first change of the offset after `after`, up to and including `until`. */
  firstChange(after: number, until: number): OffsetChange | undefined;
}

/** Shorter than the time between any two clock changes of any zone. */
const PROBE_MS = 7 * 86_400_000;

/** Throws RangeError if Intl does not know the time zone. */
export function zoneOf(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat('en', { ...SHOWN, timeZone });
  const offsetAt = weekly(instant => shownBy(format, instant) - Math.floor(instant / 1_000) * 1_000);
  return { offsetAt, firstChange: (after, until) => firstChange(offsetAt, after, until) };
}

/** Caches the offset of a week without a change, because a call of Intl is expensive. */
function weekly(ask: (instant: number) => number): (instant: number) => number {
  let week = Number.NaN;
  let offset: number | undefined;
  return instant => {
    const start = Math.floor(instant / PROBE_MS) * PROBE_MS;
    if (start !== week) {
      week = start;
      const first = ask(start);
      offset = first === ask(start + PROBE_MS) ? first : undefined;
    }
    return offset ?? ask(instant);
  };
}

const SHOWN = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

/** The local time, represented as the UTC instant with the same fields. */
function shownBy(format: Intl.DateTimeFormat, instant: number): number {
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

function firstChange(offsetAt: Zone['offsetAt'], after: number, until: number): OffsetChange | undefined {
  const beforeMs = offsetAt(after);
  for (let known = after; known < until; ) {
    const probe = Math.min(known + PROBE_MS, until);
    if (offsetAt(probe) !== beforeMs) return bisect(offsetAt, known, probe);
    known = probe;
  }
  return undefined;
}

function bisect(offsetAt: Zone['offsetAt'], same: number, changed: number): OffsetChange {
  const beforeMs = offsetAt(same);
  let low = same;
  let high = changed;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === beforeMs) low = middle;
    else high = middle;
  }
  return { from: high, offsetMs: offsetAt(high), beforeMs };
}
