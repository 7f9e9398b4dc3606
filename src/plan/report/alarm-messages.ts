/** The messages for webhooks when an alarm begins, continues or ends. They name no group, person or server. */

import type { NotifyEvent, WebhookSettings } from '../../model/settings.ts';
import type { AlarmFacts, AlarmStep, HeldRuns, NewNotice } from '../../model/status/alarm.ts';

export interface NoticeSettings {
  readonly webhooks: readonly WebhookSettings[];
  /** The URL of the console for users; undefined: the messages have no link. */
  readonly publicUrl: string | undefined;
}

/**
 * Builds a message for every webhook that subscribes to this step. The body has the type, timestamp and data of Standard
 * Webhooks.
 */
export function noticesOf(
  facts: AlarmFacts,
  step: AlarmStep,
  { webhooks, publicUrl }: NoticeSettings,
): NewNotice[] {
  const event = step.change === 'end' ? 'recovered' : step.kind;
  const run = runOf(facts, step);
  const data = {
    directory: facts.directory,
    alarm: step.kind,
    since: step.since,
    reminder: step.change === 'remind',
    ...(run !== undefined && { run }),
    ...detailsOf(facts, step),
    ...(publicUrl !== undefined && { link: linkTo(publicUrl, consolePath(facts, step, run)) }),
  };
  const body = JSON.stringify({ type: `directory.${event}`, timestamp: facts.now, data });
  return webhooks
    .filter(({ events }) => isSubscribed(events, event, step.kind))
    .map(({ name }) => ({ webhook: name, body }));
}

/** A webhook gets `recovered` for the kinds of alarm that it subscribes to, or for every kind if it subscribes to none. */
function isSubscribed(events: readonly NotifyEvent[], event: NotifyEvent, kind: AlarmStep['kind']): boolean {
  if (!events.includes(event)) return false;
  return events.includes(kind) || !events.some(each => each !== 'recovered' && each !== 'changed');
}

function runOf({ held, last }: AlarmFacts, { kind, change }: AlarmStep): number | undefined {
  return kind === 'held' && change !== 'end' ? held?.run : last?.id;
}

function detailsOf(facts: AlarmFacts, { kind, change }: AlarmStep) {
  if (change === 'end') return { summary: ENDS[kind], reasons: [] };
  if (kind === 'doubt') return doubtDetails(facts);
  if (kind === 'password') return passwordDetails(facts);
  if (kind === 'stale') return staleDetails(facts);
  return kind === 'held' ? heldDetails(facts) : failedDetails(facts);
}

const ENDS = {
  held: 'No removals are held any more.',
  failed: 'The last run of the directory succeeded.',
  password: 'The server no longer warns about the password of the bind account.',
  stale: 'Changes of the directory are followed again.',
  doubt: 'No member has been in doubt for longer than the limit without a decision.',
};

function doubtDetails({ doubts: { total, undecided, oldestSince, byKind } }: AlarmFacts) {
  const summary = `${undecided} members have stayed in doubt without a decision, the oldest since ${oldestSince?.toISOString()}; an administrator must decide.`;
  return { summary, reasons: Object.keys(byKind), counts: { doubts: total, undecided } };
}

function passwordDetails({ passwordExpiresAt }: AlarmFacts) {
  const summary = `The password of the bind account expires at ${passwordExpiresAt?.toISOString()}; set a new one, or every run fails from then on.`;
  return { summary, reasons: [] };
}

function staleDetails({ currentAt }: AlarmFacts) {
  const summary = `Changes of the directory since ${currentAt?.toISOString()} are not followed; the schedule still applies them. "rollcall status" has the reason.`;
  return { summary, reasons: [] };
}

function heldDetails({ held }: AlarmFacts) {
  const { runs = 0, groups = 0, removals = 0, reasons = [] } = held ?? {};
  const summary = `${heldWords({ groups, removals, reasons })}; an administrator must decide.`;
  return { summary, reasons, counts: { runs, groups, removals } };
}

function heldWords({ groups, removals, reasons }: Omit<HeldRuns, 'run' | 'runs' | 'digest'>): string {
  if (removals > 0) return `${removals} removals in ${groups} groups are held`;
  if (reasons.includes('first_run')) return 'The first run waits for approval';
  return reasons.includes('group_removals')
    ? `The retirement of ${groups} groups is held`
    : 'A read is not trusted';
}

function failedDetails({ last, consecutiveFailures }: AlarmFacts) {
  const { status = 'failed', errorCode, failedGroups = 0, unreadableGroups = 0 } = last ?? {};
  const summary =
    status === 'failed'
      ? `The last run failed, ${consecutiveFailures} in a row; it changed nothing.`
      : `${partWords(failedGroups, unreadableGroups)}; the others are up to date.`;
  const reasons = errorCode === undefined ? [] : [errorCode];
  return {
    summary,
    status,
    reasons,
    consecutiveFailures,
    counts: { failedGroups, ...(unreadableGroups > 0 && { unreadableGroups }) },
  };
}

function partWords(failed: number, unreadable: number): string {
  const parts = [
    ...(unreadable > 0 ? [`${unreadable} groups could not be read`] : []),
    ...(failed > 0 ? [`${failed} groups could not be written`] : []),
  ];
  return parts.length === 0 ? 'Some groups could not be brought up to date' : parts.join(' and ');
}

/** The page of the console for this alarm. */
function consolePath(
  { directory, held }: AlarmFacts,
  { kind, change }: AlarmStep,
  run: number | undefined,
): string {
  if (kind === 'doubt' && change !== 'end') return `#/doubts?directory=${encodeURIComponent(directory)}`;
  if (kind === 'held' && change !== 'end' && held !== undefined) return `#/waiting/${held.digest}`;
  return run === undefined ? '' : `#/runs/${run}`;
}

/** The address of a place in the console. */
export function linkTo(publicUrl: string, place: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/${place}`;
}
