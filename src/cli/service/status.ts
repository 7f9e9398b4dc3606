/** rollcall status: prints the status that the API also returns. */

import type { Run } from '../../model/run.ts';
import type { Health } from '../../model/status/health.ts';
import type { DirectoryStatus, ShadowStatus } from '../../model/status/status.ts';
import type { WatchStatus } from '../../model/watch.ts';
import { describeShadow } from '../../plan/report/describe-plan.ts';
import { describeRun } from '../runs/describe-run.ts';
import {
  type AddCommand,
  type CommonFlags,
  newCommand,
  print,
  printJson,
  settingsOf,
} from '../terminal/command.ts';
import { printTable } from '../terminal/style.ts';
import { span } from '../terminal/table.ts';

const HEADER = [
  'DIRECTORY',
  'LAST RUN',
  'LAST SUCCESS',
  'NEXT RUN',
  'IN SYNC',
  'MEMBERS',
  'HELD',
  'CONFLICTS',
  'FROZEN',
  'UNRESOLVED',
  'DOUBTS',
];

/** Adds `rollcall status`. */
export const addStatus: AddCommand = (program, context) => {
  newCommand(program, 'status', 'the status')
    .description('Show whether everything is in sync, what needs you, and the last run of every directory.')
    .addHelpText('after', '\nExamples:\n  rollcall status\n  rollcall status --json')
    .action(async (flags: CommonFlags) => {
      const { openRecords } = await import('../../app/operations/database.ts');
      await using records = await openRecords(await settingsOf(flags, context));
      const status = await records.status();
      if (flags.json) {
        printJson(context, status);
        return;
      }
      for (const line of describeHealth(status.health)) print(context, line);
      printTable(context, HEADER, status.directories.map(row));
      for (const line of status.directories.flatMap(describeDirectory)) print(context, line);
    });
};

/** The answer in one line, then a line for each concern with what to do about it. */
function describeHealth({ text, level, since, concerns }: Health): string[] {
  const age = since === undefined ? '' : level === 'good' ? `, as of ${ago(since)}` : lasting(since);
  return [
    `${text}${age}`,
    ...concerns.map(concern => `  ${concern.text}${lasting(concern.since)}: ${concern.fix}`),
  ];
}

function lasting(since: Date | undefined): string {
  return since === undefined ? '' : `, for ${span(Date.now() - since.getTime())}`;
}

function describeDirectory(directory: DirectoryStatus): string[] {
  const { name, lastRun, disabled, watch, currentAt, problems, doubts, shadow } = directory;
  return [
    ...(lastRun === undefined ? [] : [describeLast(name, lastRun)]),
    ...Object.entries(disabled).map(
      ([attribute, count]) => `${name}: ${count} accounts are disabled or expired (${attribute})`,
    ),
    ...(watch === undefined ? [] : [describeWatch(name, watch, currentAt)]),
    ...describeProblems(problems),
    ...describeDoubts(name, doubts),
    ...(shadow === undefined ? [] : [describeDrift(name, shadow)]),
  ];
}

function ago(at: Date | undefined): string {
  return at === undefined ? 'never' : `${span(Date.now() - at.getTime())} ago`;
}

function describeLast(name: string, run: Run): string {
  const result = describeRun(run);
  return `${name}: run ${run.id} ${run.status}${result === '' ? '' : `, ${result}`}`;
}

function describeWatch(name: string, watch: WatchStatus, currentAt: Date | undefined): string {
  const { mechanism, server, problem, lag } = watch;
  const within = lag.p99 === undefined ? '' : `, 99 % of the changes applied within ${lag.p99} s`;
  const state = mechanism === undefined ? 'changes are not followed' : `live, by ${mechanism} on ${server}`;
  return `${name}: ${state}, current as of ${ago(currentAt)}${within}${problem === undefined ? '' : ` (${problem})`}`;
}

function describeProblems({ total, first }: DirectoryStatus['problems']): string[] {
  const lines = first.map(({ group, dn, member, attribute, reason, message }) => {
    const where = member === undefined ? '' : `, ${attribute ?? 'member'} ${member}`;
    return `  ${reason}: ${group} (${dn})${where}${message === undefined ? '' : `, ${message}`}`;
  });
  return total > first.length ? [...lines, `  and ${total - first.length} more`] : lines;
}

function describeDoubts(
  name: string,
  { total, undecided, byKind, first }: DirectoryStatus['doubts'],
): string[] {
  if (total === 0) return [];
  const kinds = Object.entries(byKind).map(([kind, count]) => `${count} ${kind}`);
  const lines = first.map(({ kind, team, group, username, dns, decision }) => {
    const decided = decision === null ? '' : `, decided: ${decision}`;
    return `  ${kind}: ${team}/${group} ${username} (${dns.join('; ')})${decided}`;
  });
  return [
    `${name}: ${total} members stay in doubt, ${undecided} of them undecided (${kinds.join(', ')}): rollcall doubts ${name}`,
    ...lines,
    ...(total > first.length ? [`  and ${total - first.length} more`] : []),
  ];
}

function describeDrift(name: string, shadow: ShadowStatus): string {
  return `${name}: ${describeShadow(shadow)}${lasting(shadow.since)}: rollcall plan ${name}`;
}

/** The number of held runs and the age of the oldest. */
function heldCount({ heldRuns, oldestHeldAt }: DirectoryStatus): string {
  if (oldestHeldAt === undefined) return String(heldRuns);
  return `${heldRuns} (${span(Date.now() - oldestHeldAt.getTime())})`;
}

/** The number of members in doubt and the age of the oldest undecided doubt. */
function doubtCount({ doubts: { total, oldestSince } }: DirectoryStatus): string {
  if (oldestSince === undefined) return String(total);
  return `${total} (${span(Date.now() - oldestSince.getTime())})`;
}

function nextRun(at: Date | undefined, overdueSince: Date | undefined): string {
  if (overdueSince !== undefined) return 'overdue';
  return at === undefined ? 'unknown' : `in ${span(at.getTime() - Date.now())}`;
}

/** "18 of 20": groups in sync, of all groups of the directory. */
function inSync({ states }: DirectoryStatus): string {
  const all = Object.values(states).reduce((sum, count) => sum + count, 0);
  return states.in_sync === all ? String(all) : `${states.in_sync} of ${all}`;
}

function row(directory: DirectoryStatus): string[] {
  const { groups, nextRunAt, overdueSince } = directory;
  return [
    directory.name,
    directory.lastRun?.status ?? 'none',
    ago(directory.lastSuccessAt),
    nextRun(nextRunAt, overdueSince),
    inSync(directory),
    String(directory.memberships),
    heldCount(directory),
    String(groups.conflict),
    String(directory.frozen),
    String(directory.unresolved),
    doubtCount(directory),
  ];
}
