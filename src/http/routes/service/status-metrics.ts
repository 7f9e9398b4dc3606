/** Prometheus metrics. Labels contain only names of directories and webhooks, and states: no user, DN or host. */
import { Gauge, Registry } from 'prom-client';
import { CONCERNS, HEALTH_LEVELS } from '../../../model/status/health.ts';
import type { DirectoryStatus, Status, WebhookStatus } from '../../../model/status/status.ts';
import { doubtKind } from '../../schemas/doubt.ts';
import { runStatus } from '../../schemas/run.ts';
import { secondsBetween } from './ages.ts';
import { bucketsOf, changeTotals, runTotals, type Sample, watchStates } from './watch-metrics.ts';

type Read = (status: Status, now: Date) => readonly Sample[];

/** Name without `rollcall_`, help, and the samples of a status. All are gauges. A metric without samples is omitted. */
const METRICS: readonly (readonly [name: string, help: string, read: Read])[] = [
  ['build_info', '1, with the version of this process', ({ version }) => [{ labels: { version }, value: 1 }]],
  ['uptime_seconds', 'Seconds since this process started', status => one(status.uptimeSeconds)],
  ['config_reloads_total', 'Reloads of the configuration of this process, by outcome', reloadsByOutcome],
  [
    'config_loaded_timestamp_seconds',
    'Unix time at which this process loaded the configuration that it uses',
    ({ reloads }) => one(reloads.loadedAt.getTime() / 1000),
  ],
  ['health', '1 for the level of the whole service, 0 for all others', healthLevels],
  ['health_concerns', 'What needs an operator, by concern; 0: nothing', healthConcerns],
  ['processes', 'Processes that are alive, by role', rolesAlive],
  [
    'last_success_timestamp_seconds',
    'Unix time of the last successful run; 0: never',
    directories(({ lastSuccessAt }) => (lastSuccessAt ? lastSuccessAt.getTime() / 1000 : 0)),
  ],
  [
    'last_success_age_seconds',
    'Seconds since the last successful run; +Inf: never',
    directories(({ lastSuccessAt }, now) => (lastSuccessAt ? secondsBetween(lastSuccessAt, now) : Infinity)),
  ],
  ['last_run_status', '1 for the status of the last run, 0 for all others', lastRunStates],
  [
    'last_run_duration_seconds',
    'Duration of the last run, or its duration so far',
    directories(
      ({ lastRun }, now) =>
        lastRun?.startedAt && secondsBetween(lastRun.startedAt, lastRun.finishedAt ?? now),
    ),
  ],
  [
    'next_run_timestamp_seconds',
    'Unix time of the next scheduled run',
    directories(({ nextRunAt }) => nextRunAt && nextRunAt.getTime() / 1000),
  ],
  [
    'schedule_overdue_seconds',
    'Seconds since the first scheduled start that no scheduler made; 0: none is late',
    directories(({ overdueSince }, now) => (overdueSince ? secondsBetween(overdueSince, now) : 0)),
  ],
  [
    'consecutive_failures',
    'Failed runs since the last successful run',
    directories(directory => directory.consecutiveFailures),
  ],
  [
    'freshness_seconds',
    'Seconds since everything that the directory had committed was applied or held; +Inf: never read',
    directories(({ currentAt }, now) => (currentAt ? secondsBetween(currentAt, now) : Infinity)),
  ],
  ['watch_state', '1 for the mechanism that follows changes, 0 for all others', watchStates],
  [
    'hints_total',
    'Reported changes that may have an effect on a group',
    directories(({ watch }) => watch?.reported),
  ],
  [
    'watch_reopened_total',
    'How often the watch of the directory ended with an error and was opened again',
    directories(({ watch }) => watch?.reopened),
  ],
  [
    'hint_seconds_bucket',
    'Runs that applied reported changes, by the seconds from the first report to the end of the run',
    bucketsOf(watch => watch),
  ],
  ['hint_seconds_sum', 'The sum of these seconds', directories(({ watch }) => watch?.seconds)],
  ['hint_seconds_count', 'The number of these runs', directories(({ watch }) => watch?.changes)],
  [
    'change_lag_seconds_bucket',
    'Applied changes, by the seconds from the change in the directory to the commit. A difference between the clocks of the directory and of the workers is part of it, and directories that store whole seconds add up to one.',
    bucketsOf(watch => watch.lag),
  ],
  ['change_lag_seconds_sum', 'The sum of these seconds', directories(({ watch }) => watch?.lag.seconds)],
  ['change_lag_seconds_count', 'The number of these changes', directories(({ watch }) => watch?.lag.changes)],
  ['groups', 'Directory groups by state', byLabel('state', ({ groups }) => groups)],
  ['access_groups', 'AccessGroups of the directory by state', byLabel('state', ({ states }) => states)],
  [
    'frozen_groups',
    'Directory groups whose AccessGroup is frozen',
    directories(directory => directory.frozen),
  ],
  ['runs_total', 'Runs that ended, by status', runTotals],
  ['membership_changes_total', 'Memberships that runs added and removed', changeTotals],
  ['memberships', 'Memberships of managed groups', directories(directory => directory.memberships)],
  [
    'unresolved_members',
    'Member values that do not match a usable local user',
    directories(directory => directory.unresolved),
  ],
  [
    'unreadable_groups',
    'Groups that the last read could not read completely; they are left unchanged',
    directories(directory => directory.unreadable),
  ],
  [
    'disabled_accounts',
    'Disabled and expired accounts in the last complete read',
    directories(({ disabled }) => Object.values(disabled).reduce((sum, count) => sum + count, 0)),
  ],
  ['held_runs', 'Runs that wait for approval', directories(directory => directory.heldRuns)],
  [
    'oldest_held_age_seconds',
    'Age of the oldest held run in seconds; 0: no held runs',
    directories(({ oldestHeldAt }, now) => (oldestHeldAt ? secondsBetween(oldestHeldAt, now) : 0)),
  ],
  ['shadow_groups', 'Groups in shadow that would change', directories(({ shadow }) => shadow?.groups)],
  [
    'shadow_changes',
    'Members of groups in shadow who would be added or removed',
    byLabel('action', ({ shadow }) => (shadow ? { add: shadow.add, remove: shadow.remove } : {})),
  ],
  ['doubts', 'Members in doubt, by kind of doubt', doubtKinds],
  [
    'oldest_doubt_age_seconds',
    'Age of the oldest undecided doubt in seconds; 0: no undecided doubts',
    directories(({ doubts }, now) => (doubts.oldestSince ? secondsBetween(doubts.oldestSince, now) : 0)),
  ],
  [
    'abandoned_groups',
    'AccessGroups of directories that are no longer configured',
    ({ abandoned }) => abandoned.map(({ name, groups }) => ({ labels: { directory: name }, value: groups })),
  ],
  ['webhook_messages_waiting', 'Messages that are not yet delivered', webhooks(webhook => webhook.waiting)],
  [
    'webhook_messages_given_up',
    'Messages given up since the last delivery',
    webhooks(webhook => webhook.givenUp),
  ],
  ['queue_available', '1 if the queue answered', ({ queue }) => one(queue ? 1 : 0)],
  [
    'queue_jobs',
    'Tasks in the queue by state',
    ({ queue }) => Object.entries(queue ?? {}).map(([state, value]) => ({ labels: { state }, value })),
  ],
];

/**
 * Formats a status as Prometheus text. Each scrape uses a new registry, so that a removed directory or state leaves no
 * stale series. `undefined`: PostgreSQL never answered; the result contains only status_available. `available`: whether the
 * status is of now, and not of an earlier scrape.
 */
export async function statusMetrics(
  status: Status | undefined,
  now: Date,
  available = status !== undefined,
): Promise<string> {
  const registry = new Registry();
  gauge(
    registry,
    'status_available',
    '1 if the status could be read from PostgreSQL',
    one(available ? 1 : 0),
  );
  if (status) for (const [name, help, read] of METRICS) gauge(registry, name, help, read(status, now));
  return registry.metrics();
}

function gauge(registry: Registry, name: string, help: string, samples: readonly Sample[]): void {
  if (samples.length === 0) return;
  const labelNames = Object.keys(samples[0]?.labels ?? {});
  const made = new Gauge({ name: `rollcall_${name}`, help, labelNames, registers: [registry] });
  for (const { labels, value } of samples) made.set(labels, value);
}

/** One sample for each directory that has a value. */
function directories(value: (directory: DirectoryStatus, now: Date) => number | undefined): Read {
  return (status, now) =>
    status.directories.flatMap(directory => {
      const found = value(directory, now);
      return found === undefined ? [] : [{ labels: { directory: directory.name }, value: found }];
    });
}

/** One sample for each number of a directory. */
function byLabel(
  label: string,
  numbers: (directory: DirectoryStatus) => Readonly<Record<string, number>>,
): Read {
  return status =>
    status.directories.flatMap(directory =>
      Object.entries(numbers(directory)).map(([key, value]) => ({
        labels: { directory: directory.name, [label]: key },
        value,
      })),
    );
}

function webhooks(value: (webhook: WebhookStatus) => number): Read {
  return status =>
    status.webhooks.map(webhook => ({ labels: { webhook: webhook.name }, value: value(webhook) }));
}

function lastRunStates(status: Status): Sample[] {
  return status.directories.flatMap(({ name, lastRun }) =>
    runStatus.options.map(state => ({
      labels: { directory: name, state },
      value: lastRun?.status === state ? 1 : 0,
    })),
  );
}

function healthLevels({ health }: Status): Sample[] {
  return HEALTH_LEVELS.map(level => ({ labels: { level }, value: health.level === level ? 1 : 0 }));
}

function healthConcerns({ health }: Status): Sample[] {
  return CONCERNS.map(concern => ({
    labels: { concern },
    value: health.concerns.filter(({ code }) => code === concern).length,
  }));
}

function rolesAlive({ processes }: Status): Sample[] {
  return (['scheduler', 'worker', 'http'] as const).map(role => ({
    labels: { role },
    value: processes.filter(({ state, roles }) => state === 'alive' && roles.includes(role)).length,
  }));
}

function doubtKinds(status: Status): Sample[] {
  return status.directories.flatMap(({ name, doubts }) =>
    doubtKind.options.map(kind => ({
      labels: { directory: name, kind },
      value: doubts.byKind[kind] ?? 0,
    })),
  );
}

function reloadsByOutcome({ reloads }: Status): Sample[] {
  return (['applied', 'refused'] as const).map(outcome => ({ labels: { outcome }, value: reloads[outcome] }));
}

const one = (value: number): Sample[] => [{ labels: {}, value }];
