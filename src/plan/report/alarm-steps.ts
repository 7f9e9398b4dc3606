/** When webhooks are notified about a problem of a directory: when it begins, once a day while it lasts, and when it ends. */

import type { DirectorySettings } from '../../model/settings.ts';
import type { AlarmFacts, AlarmKind, AlarmStep, LastRun } from '../../model/status/alarm.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/**
 * An alarm of one kind begins at most this often within 24 hours, so that an unstable directory does not flood the webhooks.
 */
const MAX_STARTS_PER_DAY = 4;

const KINDS: readonly AlarmKind[] = ['held', 'failed', 'doubt', 'password', 'stale'];

interface AlarmLimits {
  readonly live: DirectorySettings['live'];
  /** How long changes may not be followed before an alarm begins. */
  readonly liveAlarmMs: number;
  /** How old a doubt without a decision must be before an alarm begins. */
  readonly doubtAlarmMs: number;
}

/** Decides which alarms of a directory begin, are repeated or end now; usually none. */
export function alarmSteps(facts: AlarmFacts, limits: AlarmLimits): AlarmStep[] {
  return KINDS.flatMap(kind => {
    const open = facts.alarms.find(alarm => alarm.kind === kind);
    if (open === undefined) return shouldBegin(kind, facts, limits) ? [step(kind, 'begin', facts.now)] : [];
    // While a plan is being applied, no removals are held for a short time: that must not end the alarm.
    if (!hasProblem(kind, facts, limits)) return facts.applying ? [] : [step(kind, 'end', open.since)];
    const due = facts.now.getTime() - open.notifiedAt.getTime() >= DAY_MS;
    return due ? [step(kind, 'remind', open.since)] : [];
  });
}

function shouldBegin(kind: AlarmKind, facts: AlarmFacts, limits: AlarmLimits): boolean {
  return hasProblem(kind, facts, limits) && facts.begunToday[kind] < MAX_STARTS_PER_DAY;
}

function hasProblem(
  kind: AlarmKind,
  { held, last, doubts: { oldestSince }, passwordExpiresAt, currentAt, now }: AlarmFacts,
  { doubtAlarmMs, live, liveAlarmMs }: AlarmLimits,
): boolean {
  if (kind === 'held') return held !== undefined;
  if (kind === 'password') return passwordExpiresAt !== undefined;
  const isOlder = (at: Date | undefined, ms: number) =>
    at !== undefined && now.getTime() - at.getTime() >= ms;
  if (kind === 'stale') return live !== 'off' && isOlder(currentAt, liveAlarmMs);
  if (kind === 'failed') return last !== undefined && isFailure(last);
  return isOlder(oldestSince, doubtAlarmMs);
}

/** A run with held removals is not a failure, unless some of its groups failed as well. */
function isFailure({ status, failedGroups }: LastRun): boolean {
  return status === 'failed' || status === 'partial' || failedGroups > 0;
}

function step(kind: AlarmKind, change: AlarmStep['change'], since: Date): AlarmStep {
  return { kind, change, since };
}
