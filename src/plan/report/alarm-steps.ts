/** When people are told that a directory needs them: at first, once a day while it lasts, and when it is over. */
import type { AlarmFacts, AlarmKind, AlarmStep, LastRun } from '../../model/alarm.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A directory that comes and goes is told about so often within 24 hours, then no more until they have passed. */
const MOST_BEGINNINGS_A_DAY = 4;

const KINDS: readonly AlarmKind[] = ['held', 'failed', 'doubt'];

interface AlarmLimits {
  /** How old a doubt without a decision gets before people are told. */
  readonly doubtAlarmMs: number;
}

/** What has to happen to the alarms of a directory now; most of the time nothing. */
export function alarmSteps(standing: AlarmFacts, limits: AlarmLimits): AlarmStep[] {
  return KINDS.flatMap(kind => {
    const open = standing.alarms.find(alarm => alarm.kind === kind);
    if (open === undefined) return begins(kind, standing, limits) ? [step(kind, 'begin', standing.now)] : [];
    // While a plan is applied nothing is held for a moment: no reason to say that all is well.
    if (!isTroubled(kind, standing, limits)) return standing.applying ? [] : [step(kind, 'end', open.since)];
    const due = standing.now.getTime() - open.toldAt.getTime() >= DAY_MS;
    return due ? [step(kind, 'remind', open.since)] : [];
  });
}

function begins(kind: AlarmKind, standing: AlarmFacts, limits: AlarmLimits): boolean {
  return isTroubled(kind, standing, limits) && standing.begunToday[kind] < MOST_BEGINNINGS_A_DAY;
}

function isTroubled(
  kind: AlarmKind,
  { held, last, doubts: { oldestSince }, now }: AlarmFacts,
  { doubtAlarmMs }: AlarmLimits,
): boolean {
  if (kind === 'held') return held !== undefined;
  if (kind === 'failed') return last !== undefined && isBad(last);
  return oldestSince !== undefined && now.getTime() - oldestSince.getTime() >= doubtAlarmMs;
}

/** A run in which removals are held is not a failed one, unless some of its groups failed beside. */
function isBad({ status, failedGroups }: LastRun): boolean {
  return status === 'failed' || status === 'partial' || failedGroups > 0;
}

function step(kind: AlarmKind, change: AlarmStep['change'], since: Date): AlarmStep {
  return { kind, change, since };
}
