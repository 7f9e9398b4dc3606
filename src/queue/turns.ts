/** Which starts of one schedule have come, whatever the clock of this machine does. */
import type { Calendar } from './calendar.ts';

/** A start that has come. Starts that came since the last look are one: the latest. */
export interface Turn {
  /** The instant the schedule named. */
  readonly at: number;
  /** Until the start after this one. */
  readonly gapMs: number;
  /** The clock was set back and shows this instant again; it had been as far as here. */
  readonly again?: number;
}

export interface Turns {
  /** The instant to look at next; undefined: there is none. */
  next(): number | undefined;
  /** `wall`: what the clock shows; `elapsed`: milliseconds that passed, which no setting of the clock changes. */
  look(wall: number, elapsed: number): Turn | undefined;
}

/** Takes up a schedule where `since` left it; later than `wall`: the clock was set back since. */
export function turnsOf(calendar: Calendar, { since, wall }: { since: number; wall: number }): Turns {
  let seen = Math.min(since, wall);
  let next = calendar.next(seen);
  let furthest = since;
  let lastTurn = Number.NEGATIVE_INFINITY;

  function look(now: number, elapsed: number): Turn | undefined {
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
  return { next: () => next, look };
}

/** Whether the last start is so recent that the schedule would not have come again yet. */
export function isRecent(agoMs: number, gapMs: number): boolean {
  return agoMs >= 0 && agoMs < gapMs - Math.min(gapMs / 4, SLACK_MS);
}

/** No two starts are made equally fast. */
const SLACK_MS = 10_000;
