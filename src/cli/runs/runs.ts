/** rollcall runs: lists runs, and shows one run with its groups. */
import { Option } from 'commander';
import type { RunMember } from '../../model/audit.ts';
import type { Run, RunGroup } from '../../model/run.ts';
import { RUN_STATUSES, type RunStatus } from '../../model/run-status.ts';
import {
  type AddCommand,
  type CommandContext,
  type CommonFlags,
  examplesBelow,
  newCommand,
  positive,
  print,
  printJson,
  settingsOf,
} from '../terminal/command.ts';
import { findRun, openAuditOf } from '../terminal/open.ts';
import { printTable } from '../terminal/style.ts';
import { describeDecision, describeLimit, describeRun } from './describe-run.ts';
import { membersOf, printMembers } from './run-members.ts';
import { watchRun } from './watch-run.ts';

const POLL_MS = 500;

interface ListFlags extends CommonFlags {
  readonly directory?: string;
  readonly status?: RunStatus;
  readonly limit: string;
}

interface ShowFlags {
  readonly follow?: boolean;
  readonly members?: boolean;
}

/** Adds `rollcall runs` and `rollcall runs show RUN`. */
export const addRuns: AddCommand = (program, context) => {
  const runs = newCommand(program, 'runs', 'the runs')
    .description('List the runs, newest first.')
    .option('--directory <name>', 'only runs of this directory')
    .addOption(new Option('--status <status>', 'only runs with this status').choices(RUN_STATUSES))
    .option('--limit <n>', 'maximum number', '20')
    .addHelpText('after', HELP)
    .action(async ({ limit, directory, status, ...flags }: ListFlags) => {
      const { openRecords } = await import('../../app/operations/database.ts');
      await using records = await openRecords(await settingsOf(flags, context));
      const found = await records.listRuns({
        limit: positive(limit, '--limit'),
        ...(directory === undefined ? {} : { directory }),
        ...(status === undefined ? {} : { status }),
      });
      if (flags.json) printJson(context, found);
      else printRuns(found, context);
    });
  runs
    .command('show <run>')
    .description('Show one run and its changes by group.')
    .option('--follow', 'show the progress until the run ends')
    .option('--members', 'show every member that the run added, removed or holds, not only the first')
    .addHelpText(
      'after',
      examplesBelow('runs show 42', 'runs show 42 --members', 'runs show 42 --follow --json'),
    )
    .action(async (id: string, { follow = false, members = false }: ShowFlags) => {
      const flags = runs.opts<CommonFlags>();
      await using records = await openAuditOf(await settingsOf(flags, context));
      const { audit } = records;
      const found = await findRun(records, id);
      const run = follow ? await watchRun(records.follow(found.id, POLL_MS), context) : found;
      const groups = await records.runGroups(run.id);
      const which = { run: run.id, all: members };
      if (flags.json) {
        const changed: RunMember[] = [];
        for await (const member of membersOf(audit, which)) changed.push(member);
        printJson(context, { ...run, groups, members: changed });
      } else {
        printRun(run, groups, context);
        await printMembers(audit, which, context);
      }
    });
};

function printRuns(runs: readonly Run[], context: CommandContext): void {
  const rows = runs.map(run => [
    String(run.id),
    run.directory,
    run.status,
    run.trigger,
    run.queuedAt.toISOString(),
    [describeLimit(run), describeRun(run)].filter(text => text !== '').join('; '),
  ]);
  printTable(context, ['RUN', 'DIRECTORY', 'STATUS', 'TRIGGER', 'QUEUED', 'RESULT'], rows);
}

function printRun(run: Run, groups: readonly RunGroup[], context: CommandContext): void {
  print(context, `run ${run.id} of ${run.directory}: ${run.status}, ${describeRun(run)}`);
  if (describeLimit(run) !== '') print(context, `  ${describeLimit(run)}`);
  for (const reason of run.counts.held?.reasons ?? []) print(context, `  held: ${reason}`);
  for (const line of describeDecision(run)) print(context, `  ${line}`);
  for (const line of describeGroups(groups)) print(context, `  ${line}`);
}

/** One line per group. Directory groups in conflict over the same name share one line that lists their DNs. */
function describeGroups(groups: readonly RunGroup[]): string[] {
  const lines = new Map<string, { readonly line: string; readonly dns: string[] }>();
  for (const [index, group] of groups.entries()) {
    const line = describeGroup(group);
    const key = group.kind === 'conflict' ? line : `${index} ${line}`;
    const found = lines.get(key) ?? { line, dns: [] };
    if (group.reason !== undefined && group.dn !== undefined) found.dns.push(`"${group.dn}"`);
    lines.set(key, found);
  }
  return [...lines.values()].map(({ line, dns }) => [line, ...dns].join(', '));
}

function describeGroup(group: RunGroup): string {
  const place = [group.team, group.name].filter(part => part !== '').join('/');
  const parts = [`${group.kind} ${place}: ${group.outcome}`];
  if (group.previousName !== undefined) parts.push(`was ${group.previousName}`);
  if (group.added + group.removed > 0) parts.push(`+${group.added} -${group.removed} members`);
  if (group.kept > 0) parts.push(`${group.kept} ${group.kept === 1 ? 'member stays' : 'members stay'}`);
  if (group.held > 0) parts.push(`${group.held} removals held`);
  if (group.reason !== undefined) parts.push(group.reason);
  if (group.error !== undefined) parts.push(group.error);
  return parts.join(', ');
}

const HELP = `
Examples:
  rollcall runs
  rollcall runs --directory corp --limit 5 --json
  rollcall runs --status held
  rollcall runs show 42
  rollcall runs show 42 --members
  rollcall runs show 42 --follow`;
