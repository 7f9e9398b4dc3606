/** Determines which starts of a schedule are due, even if the clock of the machine is changed. */
import type { Calendar } from './calendar.ts';

/** A due start. Several starts that became due since the last call count as one: the latest. */
export interface DueStart {
  /** The scheduled instant. */
  readonly at: number;
  /** Time until the next start. */
  readonly gapMs: number;
  /** Set if the clock was set back and reaches this instant again: the latest instant that it had reached before. */
  readonly again?: number;
}

export interface DueStarts {
  /** The next scheduled instant; undefined if there is none. */
  next(): number | undefined;
  /** Returns the start that is due. `wall`: the wall clock; `elapsed`: monotonic milliseconds. */
  advance(wall: number, elapsed: number): DueStart | undefined;
}

/** Continues a schedule after `since`. If `since` is later than `wall`, the clock was set back. */
export function dueStartsOf(calendar: Calendar, { since, wall }: { since: number; wall: number }): DueStarts {
  let seen = Math.min(since, wall);
  let next = calendar.next(seen);
  let furthest = since;
  let lastTurn = Number.NEGATIVE_INFINITY;

  function advance(now: number, elapsed: number): DueStart | undefined {
    const at = next !== undefined && next <= now && now >= seen ? calendar.latest(next - 1, now) : undefined;
    if (at !== undefined || now < seen) next = calendar.next(now);
    seen = now;
    if (at === undefined) return undefined;
    const gapMs = (next ?? Number.POSITIVE_INFINITY) - at;
    const again = at <= furthest;
    if (again && isRecent(elapsed - lastTurn, gapMs)) return undefined;
    lastTurn = elapsed;
    furthest = Math.max(furthest, at);
    return { at, gapMs, ...(again && { again: furthest }) };
  }
  return { next: () => next, advance };
}

/** Whether the last start is so recent that the next one cannot be due yet. */
export function isRecent(agoMs: number, gapMs: number): boolean {
  return agoMs >= 0 && agoMs < gapMs - Math.min(gapMs / 4, SLACK_MS);
}

/** Tolerance, because starts take different amounts of time. */
const SLACK_MS = 10_000;
