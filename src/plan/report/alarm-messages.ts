/** What is said to whom when an alarm begins, goes on or ends. Holds no name of a group, a person or a server. */
import type { AlarmFacts, AlarmStep, HeldRuns, NewNotice } from '../../model/alarm.ts';
import type { NotifyEvent, WebhookSettings } from '../../model/settings.ts';

export interface NoticeSettings {
  readonly webhooks: readonly WebhookSettings[];
  /** Where people reach the console; undefined: notices carry no link. */
  readonly publicUrl: string | undefined;
}

/** A notice of this step for every webhook that wants it. Body: type, timestamp and data, as Standard Webhooks has it. */
export function noticesOf(
  standing: AlarmFacts,
  step: AlarmStep,
  { webhooks, publicUrl }: NoticeSettings,
): NewNotice[] {
  const event = step.change === 'end' ? 'recovered' : step.kind;
  const run = runOf(standing, step);
  const facts = {
    directory: standing.directory,
    alarm: step.kind,
    since: step.since,
    reminder: step.change === 'remind',
    ...(run !== undefined && { run }),
    ...detailsOf(standing, step),
    ...(publicUrl !== undefined && { link: linkTo(publicUrl, placeOf(standing, step, run)) }),
  };
  const body = JSON.stringify({ type: `directory.${event}`, timestamp: standing.now, data: facts });
  return webhooks
    .filter(({ events }) => wants(events, event, step.kind))
    .map(({ name }) => ({ webhook: name, body }));
}

/** Whoever is told of one kind of trouble only is told of its end only; whoever is told of none hears of every end. */
function wants(events: readonly NotifyEvent[], event: NotifyEvent, kind: AlarmStep['kind']): boolean {
  if (!events.includes(event)) return false;
  return events.includes(kind) || !events.some(each => each !== 'recovered');
}

function runOf({ held, last }: AlarmFacts, { kind, change }: AlarmStep): number | undefined {
  return kind === 'held' && change !== 'end' ? held?.run : last?.id;
}

function detailsOf(standing: AlarmFacts, { kind, change }: AlarmStep) {
  if (change === 'end') return { summary: ENDS[kind], reasons: [] };
  if (kind === 'doubt') return doubtDetails(standing);
  return kind === 'held' ? heldDetails(standing) : failedDetails(standing);
}

const ENDS = {
  held: 'No removals are held any more.',
  failed: 'The directory is read and applied without a failure again.',
  doubt: 'No member has been in doubt for long without a decision any more.',
};

function doubtDetails({ doubts: { total, undecided, oldestSince, byKind } }: AlarmFacts) {
  const summary = `${undecided} members have stayed in doubt without a decision, the oldest of them since ${oldestSince?.toISOString()}; a person has to decide.`;
  return { summary, reasons: Object.keys(byKind), counts: { doubts: total, undecided } };
}

function heldDetails({ held }: AlarmFacts) {
  const { runs = 0, groups = 0, removals = 0, reasons = [] } = held ?? {};
  const summary = `${heldWords({ groups, removals, reasons })}; a person has to decide.`;
  return { summary, reasons, counts: { runs, groups, removals } };
}

function heldWords({ groups, removals, reasons }: Omit<HeldRuns, 'run' | 'runs'>): string {
  if (removals > 0) return `${removals} removals in ${groups} groups are held`;
  if (reasons.includes('first_run')) return 'The first run waits to be confirmed';
  return reasons.includes('group_removals')
    ? `The end of ${groups} groups is held`
    : 'A read was not believed';
}

function failedDetails({ last, consecutiveFailures }: AlarmFacts) {
  const { status = 'failed', errorCode, failedGroups = 0, unreadableGroups = 0 } = last ?? {};
  const summary =
    status === 'failed'
      ? `The last run failed, ${consecutiveFailures} in a row; nothing was changed by it.`
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

/** Where in the console to look. */
function placeOf({ directory }: AlarmFacts, { kind, change }: AlarmStep, run: number | undefined): string {
  if (kind === 'doubt' && change !== 'end') return `#/doubts?directory=${encodeURIComponent(directory)}`;
  return run === undefined ? '' : `#/runs/${run}`;
}

function linkTo(publicUrl: string, place: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/${place}`;
}
