/** A time zone by the platform's own data (Intl): what its clocks show, and when they change. */

/** From `from` on, clocks stand `offsetMs` before UTC; until then they stood `beforeMs`. */
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

/** No zone has changed its clocks there and back within less. */
const PROBE_MS = 7 * 86_400_000;

/** Throws a RangeError where Intl knows no zone of that name. */
export function zoneOf(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat('en', { ...SHOWN, timeZone });
  const offsetAt = weekly(instant => shownBy(format, instant) - Math.floor(instant / 1_000) * 1_000);
  return { offsetAt, firstChange: (after, until) => firstChange(offsetAt, after, until) };
}

/** Remembers a week throughout which the offset stays, because to ask Intl costs more than all the rest. */
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

/** What the clocks show, as the instant at which those of UTC show it. */
function shownBy(format: Intl.DateTimeFormat, instant: number): number {
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

function firstChange(offsetAt: Zone['offsetAt'], after: number, until: number): OffsetChange | undefined {
  const beforeMs = offsetAt(after);
  for (let known = after; known < until; ) {
    const probe = Math.min(known + PROBE_MS, until);
    if (offsetAt(probe) !== beforeMs) return narrow(offsetAt, known, probe);
    known = probe;
  }
  return undefined;
}

function narrow(offsetAt: Zone['offsetAt'], same: number, changed: number): OffsetChange {
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
