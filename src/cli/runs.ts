/** rollcall runs: history, and one run with its groups. */
import { auditOf } from '../app/audit.ts';
import { openRecords } from '../app/records.ts';
import { UsageError } from '../errors.ts';
import type { RunMember } from '../model-audit.ts';
import type { Run, RunGroup } from '../run.ts';
import {
  type AddCommand,
  type CommonFlags,
  EXIT,
  examplesBelow,
  positive,
  print,
  printJson,
  type Surroundings,
  settingsOf,
} from './context.ts';
import { membersOf, printMembers } from './run-members.ts';
import { describeDecision, describeRun } from './run-text.ts';
import { printTable } from './show.ts';
import { watchRun } from './watch.ts';

const POLL_MS = 500;

interface ShowFlags {
  readonly follow?: boolean;
  readonly members?: boolean;
}

/** Adds `rollcall runs` and `rollcall runs show ID`. */
export const addRuns: AddCommand = (program, surroundings, exit) => {
  const runs = program
    .command('runs')
    .description('The history of runs, newest first.')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the runs as JSON')
    .option('--directory <name>', 'only runs of this directory')
    .option('--limit <n>', 'how many', '20')
    .addHelpText('after', HELP)
    .action(async (flags: CommonFlags & { directory?: string; limit: string }) => {
      const { settings } = await settingsOf(flags, surroundings);
      await using records = await openRecords(settings);
      const directory = flags.directory === undefined ? {} : { directory: flags.directory };
      const found = await records.listRuns({ limit: positive(flags.limit, '--limit'), ...directory });
      if (flags.json) printJson(surroundings, found);
      else printRuns(found, surroundings);
      exit(EXIT.ok);
    });
  runs
    .command('show <id>')
    .description('One run, with what it did to each group.')
    .option('--follow', 'show how far it is until it is over')
    .option('--members', 'show every member whom it added, removed or holds, not only the first')
    .addHelpText(
      'after',
      examplesBelow('runs show 42', 'runs show 42 --members', 'runs show 42 --follow --json'),
    )
    .action(async (id: string, { follow = false, members = false }: ShowFlags) => {
      const flags = runs.opts<CommonFlags>();
      const { settings } = await settingsOf(flags, surroundings);
      await using records = await openRecords(settings);
      const found = await records.getRun(positive(id, 'ID'));
      if (found === undefined) throw new UsageError(`there is no run ${id}; "rollcall runs" lists them`);
      const run = follow ? await watchRun(records.follow(found.id, POLL_MS), surroundings) : found;
      const groups = await records.runGroups(run.id);
      const audit = auditOf({ db: records.db, directories: settings.directories });
      const which = { run: run.id, all: members };
      if (flags.json) {
        const changed: RunMember[] = [];
        for await (const member of membersOf(audit, which)) changed.push(member);
        printJson(surroundings, { ...run, groups, members: changed });
      } else {
        printRun(run, groups, surroundings);
        await printMembers(audit, which, surroundings);
      }
      exit(EXIT.ok);
    });
};

function printRuns(runs: readonly Run[], surroundings: Surroundings): void {
  const rows = runs.map(run => [
    String(run.id),
    run.directory,
    run.status,
    run.trigger,
    run.queuedAt.toISOString(),
    describeRun(run),
  ]);
  printTable(surroundings, ['RUN', 'DIRECTORY', 'STATUS', 'TRIGGER', 'QUEUED', 'RESULT'], rows);
}

function printRun(run: Run, groups: readonly RunGroup[], surroundings: Surroundings): void {
  print(surroundings, `run ${run.id} of ${run.directory}: ${run.status}, ${describeRun(run)}`);
  for (const reason of run.counts.held?.reasons ?? []) print(surroundings, `  held: ${reason}`);
  for (const line of describeDecision(run)) print(surroundings, `  ${line}`);
  for (const line of describeGroups(groups)) print(surroundings, `  ${line}`);
}

/** A line each, but one with the DNs for all directory groups that want one name and do not get it. */
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
  rollcall runs show 42
  rollcall runs show 42 --members
  rollcall runs show 42 --follow`;
