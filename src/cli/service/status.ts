/** rollcall status: prints the status that the API also returns. */
import type { Abandoned } from '../../model/ownership.ts';
import type { DirectoryStatus, Obstacle, Run, WebhookStatus } from '../../model/run.ts';
import type { WatchStatus } from '../../model/watch.ts';
import { describeRun } from '../runs/describe-run.ts';
import {
  type AddCommand,
  type CommonFlags,
  complain,
  newCommand,
  print,
  printJson,
  settingsOf,
} from '../terminal/command.ts';
import { printTable } from '../terminal/style.ts';
import { span } from '../terminal/table.ts';

const OBSTACLES: Readonly<Record<Obstacle, string>> = {
  read_only: 'PostgreSQL is read-only',
  disk_full: 'the disk of PostgreSQL is full',
};

const HEADER = [
  'DIRECTORY',
  'LAST RUN',
  'LAST SUCCESS',
  'NEXT RUN',
  'GROUPS',
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
    .description('Show the last run, last success and open decisions of every directory.')
    .addHelpText('after', '\nExamples:\n  rollcall status\n  rollcall status --json')
    .action(async (flags: CommonFlags) => {
      const { openRecords } = await import('../../app/operations/database.ts');
      await using records = await openRecords(await settingsOf(flags, context));
      const directories = await records.status();
      const abandoned = await records.abandoned();
      const webhooks = await records.webhooks();
      const obstacle = await records.obstacle();
      const writable = obstacle === undefined;
      if (flags.json) {
        printJson(context, { directories, abandoned, webhooks, writable, obstacle });
      } else {
        printTable(context, HEADER, directories.map(row));
        for (const {
          name,
          lastRun,
          unreadable,
          disabled,
          passwordExpiresAt,
          watch,
          currentAt,
          overdueSince,
          problems,
          doubts,
          held,
        } of directories) {
          if (lastRun !== undefined) print(context, describeLast(name, lastRun));
          if (overdueSince !== undefined) print(context, describeOverdue(name, overdueSince));
          for (const { run, since } of held) print(context, describeHeld(name, run, since));
          if (unreadable > 0)
            print(context, `${name}: ${unreadable} groups could not be read and are left unchanged`);
          for (const [attribute, count] of Object.entries(disabled))
            print(context, `${name}: ${count} accounts are disabled or expired (${attribute})`);
          if (watch !== undefined) print(context, describeWatch(name, watch, currentAt));
          if (passwordExpiresAt !== undefined) print(context, describePassword(name, passwordExpiresAt));
          for (const line of describeProblems(problems)) print(context, line);
          for (const line of describeDoubts(name, doubts)) print(context, line);
        }
        for (const directory of abandoned) print(context, describeAbandoned(directory));
        for (const webhook of webhooks.filter(({ givenUp }) => givenUp > 0))
          print(context, describeWebhook(webhook));
      }
      if (obstacle !== undefined)
        complain(
          context,
          `${OBSTACLES[obstacle]}: runs and changes are not possible until it accepts writes again`,
        );
    });
};

function describeAbandoned({ name, lastSuccessAt, groups, memberships }: Abandoned): string {
  const still = `${groups} groups with ${memberships} memberships are no longer synced, last synced ${ago(lastSuccessAt)}`;
  return `${name}: not configured; ${still}: configure it again, or rollcall release --directory ${name} --reason TEXT`;
}

function describeWebhook({ name, givenUp, lastDeliveredAt, lastError }: WebhookStatus): string {
  const lost = `${givenUp} messages given up, last delivery ${ago(lastDeliveredAt)}`;
  return `webhook ${name}: ${lost} (${lastError ?? 'no reason recorded'}): rollcall notify test ${name}`;
}

function ago(at: Date | undefined): string {
  return at === undefined ? 'never' : `${span(Date.now() - at.getTime())} ago`;
}

function describeLast(name: string, run: Run): string {
  const result = describeRun(run);
  return `${name}: run ${run.id} ${run.status}${result === '' ? '' : `, ${result}`}`;
}

function describeOverdue(name: string, since: Date): string {
  return `${name}: no scheduler has started the run that was due ${ago(since)}: start rollcall serve with the role scheduler`;
}

function describeHeld(name: string, run: number, since: Date): string {
  const age = span(Date.now() - since.getTime());
  return `${name}: run ${run} has been held for ${age}: rollcall runs show ${run}`;
}

function describeWatch(name: string, watch: WatchStatus, currentAt: Date | undefined): string {
  const { mechanism, server, problem } = watch;
  const state = mechanism === undefined ? 'changes are not followed' : `live, by ${mechanism} on ${server}`;
  return `${name}: ${state}, current as of ${ago(currentAt)}${problem === undefined ? '' : ` (${problem})`}`;
}

function describePassword(name: string, at: Date): string {
  const left = at.getTime() - Date.now();
  const when = left > 0 ? `expires in ${span(left)}` : 'has expired';
  return `${name}: the password of the bind account ${when} (${at.toISOString()}): set a new one`;
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

function row(directory: DirectoryStatus): string[] {
  const { groups, nextRunAt, overdueSince } = directory;
  return [
    directory.name,
    directory.lastRun?.status ?? 'none',
    ago(directory.lastSuccessAt),
    nextRun(nextRunAt, overdueSince),
    String(groups.linked),
    String(directory.memberships),
    heldCount(directory),
    String(groups.conflict),
    String(directory.frozen),
    String(directory.unresolved),
    doubtCount(directory),
  ];
}
