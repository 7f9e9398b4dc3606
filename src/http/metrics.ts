/** Prometheus metrics. Labels are directory names and states only: no person, DN or host. */
import { Gauge, Registry } from 'prom-client';
import type { DirectoryStatus, Status, WebhookStatus } from '../run.ts';
import { secondsBetween } from './ages.ts';
import { doubtKind } from './schemas/doubt.ts';
import { runStatus } from './schemas/run.ts';

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * The metrics of a status as Prometheus text. Made afresh at every scrape, so that a directory or a state that is
 * gone leaves no stale series behind. undefined: PostgreSQL did not answer, so only that is told.
 */
export async function statusMetrics(status: Status | undefined, now: Date): Promise<string> {
  const registry = new Registry();
  gauge(registry, 'status_available', '1 when the status could be read from PostgreSQL', [
    one(status ? 1 : 0),
  ]);
  if (status) {
    gauge(registry, 'uptime_seconds', 'Seconds since this process started', [one(status.uptimeSeconds)]);
    runGauges(registry, status.directories, now);
    stockGauges(registry, status.directories, now);
    doubtGauges(registry, status.directories, now);
    gauge(
      registry,
      'abandoned_groups',
      'AccessGroups of directories that are no longer configured',
      status.abandoned.map(({ name, groups }) => ({ labels: { directory: name }, value: groups })),
    );
    webhookGauges(registry, status.webhooks);
    queueGauges(registry, status.queue);
  }
  return registry.metrics();
}

function runGauges(registry: Registry, directories: readonly DirectoryStatus[], now: Date): void {
  const each = (value: (directory: DirectoryStatus) => number | undefined) =>
    perDirectory(directories, value);
  gauge(
    registry,
    'last_success_timestamp_seconds',
    'When a run last succeeded, Unix time; 0: never',
    each(({ lastSuccessAt }) => (lastSuccessAt ? lastSuccessAt.getTime() / 1000 : 0)),
  );
  gauge(
    registry,
    'last_success_age_seconds',
    'Seconds since a run last succeeded; +Inf: never',
    each(({ lastSuccessAt }) =>
      lastSuccessAt ? secondsBetween(lastSuccessAt, now) : Number.POSITIVE_INFINITY,
    ),
  );
  gauge(
    registry,
    'last_run_status',
    '1 for the status of the last run, 0 for the others',
    lastRunStates(directories),
  );
  gauge(
    registry,
    'last_run_duration_seconds',
    'How long the last run took, or has taken so far',
    each(({ lastRun }) => lastRun?.startedAt && secondsBetween(lastRun.startedAt, lastRun.finishedAt ?? now)),
  );
  gauge(
    registry,
    'next_run_timestamp_seconds',
    'When the next scheduled run is due, Unix time',
    each(({ nextRunAt }) => nextRunAt && nextRunAt.getTime() / 1000),
  );
  gauge(
    registry,
    'consecutive_failures',
    'Failed runs since the last success',
    each(directory => directory.consecutiveFailures),
  );
}

function stockGauges(registry: Registry, directories: readonly DirectoryStatus[], now: Date): void {
  const each = (value: (directory: DirectoryStatus) => number | undefined) =>
    perDirectory(directories, value);
  gauge(
    registry,
    'groups',
    'Directory groups by state',
    directories.flatMap(({ name, groups }) =>
      Object.entries(groups).map(([state, value]) => ({ labels: { directory: name, state }, value })),
    ),
  );
  gauge(
    registry,
    'frozen_groups',
    'Directory groups whose AccessGroup a person froze',
    each(directory => directory.frozen),
  );
  gauge(
    registry,
    'memberships',
    'Memberships of managed groups',
    each(directory => directory.memberships),
  );
  gauge(
    registry,
    'unresolved_members',
    'Member values that match no usable local user',
    each(directory => directory.unresolved),
  );
  gauge(
    registry,
    'unreadable_groups',
    'Groups that the last read could not read whole; they stay as they are',
    each(directory => directory.unreadable),
  );
  gauge(
    registry,
    'held_runs',
    'Runs whose removals wait for a person',
    each(directory => directory.heldRuns),
  );
  gauge(
    registry,
    'oldest_held_age_seconds',
    'Seconds that the oldest held run has waited; 0: none waits',
    each(({ oldestHeldAt }) => (oldestHeldAt ? secondsBetween(oldestHeldAt, now) : 0)),
  );
}

function doubtGauges(registry: Registry, directories: readonly DirectoryStatus[], now: Date): void {
  gauge(
    registry,
    'doubts',
    'Members who stay because it is not known whether they should, by kind of doubt',
    directories.flatMap(({ name, doubts }) =>
      doubtKind.options.map(kind => ({
        labels: { directory: name, kind },
        value: doubts.byKind[kind] ?? 0,
      })),
    ),
  );
  gauge(
    registry,
    'oldest_doubt_age_seconds',
    'Seconds that the oldest doubt without a decision has lasted; 0: there is none',
    perDirectory(directories, ({ doubts }) =>
      doubts.oldestSince ? secondsBetween(doubts.oldestSince, now) : 0,
    ),
  );
}

function webhookGauges(registry: Registry, webhooks: Status['webhooks']): void {
  const each = (value: (webhook: WebhookStatus) => number) =>
    webhooks.map(webhook => ({ labels: { webhook: webhook.name }, value: value(webhook) }));
  gauge(
    registry,
    'webhook_messages_waiting',
    'Messages that have not arrived yet',
    each(webhook => webhook.waiting),
  );
  gauge(
    registry,
    'webhook_messages_given_up',
    'Messages given up since the last one that arrived',
    each(webhook => webhook.givenUp),
  );
}

function queueGauges(registry: Registry, queue: Status['queue']): void {
  gauge(registry, 'queue_available', '1 when the queue answered', [one(queue ? 1 : 0)]);
  const jobs = Object.entries(queue ?? {}).map(([state, value]) => ({ labels: { state }, value }));
  gauge(registry, 'queue_jobs', 'Tasks in the queue by state', jobs);
}

function gauge(registry: Registry, name: string, help: string, samples: readonly Sample[]): void {
  if (samples.length === 0) return;
  const labelNames = Object.keys(samples[0]?.labels ?? {});
  const made = new Gauge({ name: `rollcall_${name}`, help, labelNames, registers: [registry] });
  for (const { labels, value } of samples) made.set(labels, value);
}

function perDirectory(
  directories: readonly DirectoryStatus[],
  value: (directory: DirectoryStatus) => number | undefined,
): Sample[] {
  return directories.flatMap(directory => {
    const found = value(directory);
    return found === undefined ? [] : [{ labels: { directory: directory.name }, value: found }];
  });
}

function lastRunStates(directories: readonly DirectoryStatus[]): Sample[] {
  return directories.flatMap(({ name, lastRun }) =>
    runStatus.options.map(state => ({
      labels: { directory: name, state },
      value: lastRun?.status === state ? 1 : 0,
    })),
  );
}

function one(value: number): Sample {
  return { labels: {}, value };
}
