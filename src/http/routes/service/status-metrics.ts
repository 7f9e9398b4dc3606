/** Prometheus metrics. Labels contain only names of directories and webhooks, and states: no user, DN or host. */
import { Gauge, Registry } from 'prom-client';
import type { DirectoryStatus, Status, WebhookStatus } from '../../../model/run.ts';
import { doubtKind } from '../../schemas/doubt.ts';
import { runStatus } from '../../schemas/run.ts';
import { secondsBetween } from './ages.ts';

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Formats a status as Prometheus text. Each scrape uses a new registry, so that a removed directory or state leaves no
 * stale series. `undefined`: PostgreSQL did not answer; the result contains only status_available.
 */
export async function statusMetrics(status: Status | undefined, now: Date): Promise<string> {
  const registry = new Registry();
  gauge(registry, 'status_available', '1 if the status could be read from PostgreSQL', [one(status ? 1 : 0)]);
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
    'Unix time of the last successful run; 0: never',
    each(({ lastSuccessAt }) => (lastSuccessAt ? lastSuccessAt.getTime() / 1000 : 0)),
  );
  gauge(
    registry,
    'last_success_age_seconds',
    'Seconds since the last successful run; +Inf: never',
    each(({ lastSuccessAt }) =>
      lastSuccessAt ? secondsBetween(lastSuccessAt, now) : Number.POSITIVE_INFINITY,
    ),
  );
  gauge(
    registry,
    'last_run_status',
    '1 for the status of the last run, 0 for all others',
    lastRunStates(directories),
  );
  gauge(
    registry,
    'last_run_duration_seconds',
    'Duration of the last run, or its duration so far',
    each(({ lastRun }) => lastRun?.startedAt && secondsBetween(lastRun.startedAt, lastRun.finishedAt ?? now)),
  );
  gauge(
    registry,
    'next_run_timestamp_seconds',
    'Unix time of the next scheduled run',
    each(({ nextRunAt }) => nextRunAt && nextRunAt.getTime() / 1000),
  );
  gauge(
    registry,
    'consecutive_failures',
    'Failed runs since the last successful run',
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
    'Directory groups whose AccessGroup is frozen',
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
    'Member values that do not match a usable local user',
    each(directory => directory.unresolved),
  );
  gauge(
    registry,
    'unreadable_groups',
    'Groups that the last read could not read completely; they are left unchanged',
    each(directory => directory.unreadable),
  );
  gauge(
    registry,
    'held_runs',
    'Runs that wait for approval',
    each(directory => directory.heldRuns),
  );
  gauge(
    registry,
    'oldest_held_age_seconds',
    'Age of the oldest held run in seconds; 0: no held runs',
    each(({ oldestHeldAt }) => (oldestHeldAt ? secondsBetween(oldestHeldAt, now) : 0)),
  );
}

function doubtGauges(registry: Registry, directories: readonly DirectoryStatus[], now: Date): void {
  gauge(
    registry,
    'doubts',
    'Members in doubt, by kind of doubt',
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
    'Age of the oldest undecided doubt in seconds; 0: no undecided doubts',
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
    'Messages that are not yet delivered',
    each(webhook => webhook.waiting),
  );
  gauge(
    registry,
    'webhook_messages_given_up',
    'Messages given up since the last delivery',
    each(webhook => webhook.givenUp),
  );
}

function queueGauges(registry: Registry, queue: Status['queue']): void {
  gauge(registry, 'queue_available', '1 if the queue answered', [one(queue ? 1 : 0)]);
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
