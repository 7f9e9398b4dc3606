/**
 * Whether the service does its work, and what needs an operator. The console, `rollcall status`, the API and the metrics
 * show this answer.
 */

import type { Role } from '../../model/settings.ts';
import { BAD_CONCERNS, type Concern, type Health, type ServiceProcess } from '../../model/status/health.ts';
import type { DirectoryStatus, Status } from '../../model/status/status.ts';
import { counted, directoryConcerns, type FoundConcern } from './health-directory.ts';

export type HealthFacts = Pick<
  Status,
  'directories' | 'abandoned' | 'webhooks' | 'processes' | 'obstacle'
> & {
  /** false: the queue does not answer. */
  readonly queueAnswers: boolean;
};

/** Answers with one level and one sentence, and with all concerns, the worst first. */
export function healthOf(facts: HealthFacts, now: Date): Health {
  const { directories, obstacle } = facts;
  const found: FoundConcern[] = [
    ...databaseConcerns(facts),
    // Processes cannot report while PostgreSQL accepts no writes.
    ...(obstacle === undefined ? roleConcerns(facts) : []),
    ...directories.flatMap(directory => directoryConcerns(directory, now)),
    ...otherConcerns(facts),
  ];
  const isBad = ({ code }: FoundConcern) => BAD_CONCERNS.some(bad => bad === code);
  const inOrder = [...found.filter(isBad), ...found.filter(concern => !isBad(concern))];
  const concerns = inOrder.map(concern => ({
    directory: undefined,
    run: undefined,
    waiting: undefined,
    ...concern,
    level: isBad(concern) ? ('bad' as const) : ('attention' as const),
  }));
  return { ...summaryOf(concerns, directories), concerns };
}

function summaryOf(
  concerns: readonly Concern[],
  directories: readonly DirectoryStatus[],
): Omit<Health, 'concerns'> {
  const [first] = concerns;
  if (first === undefined) {
    return { level: 'good', text: 'In sync', since: oldest(directories.map(({ currentAt }) => currentAt)) };
  }
  const { level, text, since } = first;
  if (concerns.length === 1) return { level, text, since };
  if (level === 'bad') return { level, text: `${text}, and ${concerns.length - 1} more`, since };
  return { level, text: `${concerns.length} things need you`, since: undefined };
}

function databaseConcerns({ obstacle, queueAnswers }: HealthFacts): FoundConcern[] {
  const concerns: FoundConcern[] = [];
  if (obstacle !== undefined) {
    const [text, fix] =
      obstacle === 'disk_full'
        ? ['The disk of PostgreSQL is full', 'free disk space for PostgreSQL']
        : ['PostgreSQL is read-only', 'connect to the primary, or let it accept writes again'];
    concerns.push({ code: obstacle, text: `${text}: nothing is synced`, since: undefined, fix });
  }
  if (!queueAnswers)
    concerns.push({
      code: 'no_queue',
      text: 'The queue does not answer: no run starts',
      since: undefined,
      fix: 'rollcall check',
    });
  return concerns;
}

/** Without a process of the service, a program may sync with `rollcall sync`; then only work that waits is a problem. */
function roleConcerns({ directories, processes }: HealthFacts): FoundConcern[] {
  const concerns: FoundConcern[] = [];
  const isServed = processes.some(({ state }) => state === 'alive');
  const queued = oldest(
    directories.map(({ lastRun }) => (lastRun?.status === 'queued' ? lastRun.queuedAt : undefined)),
  );
  if (!hasRole(processes, 'worker') && (isServed || queued !== undefined))
    concerns.push({
      code: 'no_worker',
      text: 'No worker is alive: no run starts',
      since: lastSeen(processes, 'worker') ?? queued,
      fix: 'start rollcall serve with the role worker',
    });
  const overdue = oldest(directories.map(({ overdueSince }) => overdueSince));
  if (hasRole(processes, 'scheduler')) return [...concerns, ...overdueConcerns(directories)];
  if (isServed || overdue !== undefined)
    concerns.push({
      code: 'no_scheduler',
      text: 'No scheduler is alive: no scheduled run starts',
      since: overdue ?? lastSeen(processes, 'scheduler'),
      fix: 'start rollcall serve with the role scheduler',
    });
  return concerns;
}

function overdueConcerns(directories: readonly DirectoryStatus[]): FoundConcern[] {
  return directories.flatMap(({ name, overdueSince }) =>
    overdueSince === undefined
      ? []
      : [
          {
            code: 'overdue' as const,
            directory: name,
            text: `The scheduled run of ${name} has not started`,
            since: overdueSince,
            fix: 'read the log of the processes with the role scheduler',
          },
        ],
  );
}

function otherConcerns({ webhooks, abandoned, processes }: HealthFacts): FoundConcern[] {
  return [
    ...reloadConcerns(processes),
    ...olderConcerns(processes),
    ...webhooks
      .filter(({ givenUp }) => givenUp > 0)
      .map(({ name, givenUp, lastDeliveredAt, lastError }) => ({
        code: 'webhook' as const,
        text: `Webhook ${name} has lost ${counted(givenUp, 'message')}`,
        since: lastDeliveredAt,
        fix: `rollcall notify test ${name}${lastError === undefined ? '' : ` (${lastError})`}`,
      })),
    ...abandoned.map(({ name, groups, memberships, lastSuccessAt }) => ({
      code: 'abandoned' as const,
      directory: name,
      text: `${name} is not configured: ${counted(groups, 'group')} with ${counted(memberships, 'membership')} are no longer synced`,
      since: lastSuccessAt,
      fix: `configure it again, or rollcall release --directory ${name} --reason TEXT`,
    })),
  ];
}

/** The file of the configuration is not what runs. */
function reloadConcerns(processes: readonly ServiceProcess[]): FoundConcern[] {
  const refused = processes.flatMap(({ state, lastReload }) =>
    state === 'alive' && lastReload !== undefined && lastReload.problems.length > 0 ? [lastReload.at] : [],
  );
  if (refused.length === 0) return [];
  return [
    {
      code: 'not_reloaded',
      text: 'The last reload of the configuration was refused: the settings of before apply',
      since: oldest(refused),
      fix: 'rollcall config validate, read the log of the process, and reload again',
    },
  ];
}

/** The newest configuration counts, because a process loads the file of that time. */
function olderConcerns(processes: readonly ServiceProcess[]): FoundConcern[] {
  const loaded = processes.flatMap(({ state, loadedAt, configDigest, roles }) =>
    state === 'alive' && loadedAt !== undefined ? [{ loadedAt, configDigest, roles }] : [],
  );
  const [newest] = loaded.toSorted((one, other) => other.loadedAt.getTime() - one.loadedAt.getTime());
  const older = loaded.filter(({ configDigest }) => configDigest !== newest?.configDigest);
  if (newest === undefined || older.length === 0) return [];
  const roles = [...new Set(older.flatMap(process => process.roles))].sort();
  return [
    {
      code: 'older_configuration',
      text:
        older.length === 1
          ? `A process (${roles.join(', ')}) uses an older configuration`
          : `${older.length} processes (${roles.join(', ')}) use an older configuration`,
      since: newest.loadedAt,
      fix: 'rollcall config diff, and reload or restart what differs',
    },
  ];
}

function hasRole(processes: readonly ServiceProcess[], role: Role): boolean {
  return processes.some(({ roles, state }) => state === 'alive' && roles.includes(role));
}

/** When a process with this role reported last. */
function lastSeen(processes: readonly ServiceProcess[], role: Role): Date | undefined {
  const seen = processes.filter(({ roles }) => roles.includes(role)).map(({ seenAt }) => seenAt.getTime());
  return seen.length === 0 ? undefined : new Date(Math.max(...seen));
}

function oldest(times: readonly (Date | undefined)[]): Date | undefined {
  const known = times.flatMap(time => (time === undefined ? [] : [time.getTime()]));
  return known.length === 0 ? undefined : new Date(Math.min(...known));
}
