/** rollcall audit: which users joined and left which groups, and how groups changed. */
import type { Audit } from '../../app/operations/audit.ts';
import { UsageError } from '../../errors.ts';
import type { AuditEntry, AuditFilter } from '../../model/audit.ts';
import {
  type AddCommand,
  type CommandContext,
  type CommonFlags,
  newCommand,
  positive,
  print,
  printJson,
  settingsOf,
} from '../terminal/command.ts';
import { instant } from '../terminal/instant.ts';
import { openAuditOf } from '../terminal/open.ts';
import { printTable } from '../terminal/style.ts';
import { addVerify } from './verify-audit.ts';

const SHOWN = 50;

interface AuditFlags extends CommonFlags {
  readonly user?: string;
  readonly group?: string;
  readonly run?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly at?: Date;
  readonly limit?: string;
  readonly after?: string;
  readonly jsonl?: boolean;
}

/** Adds `rollcall audit`. */
export const addAudit: AddCommand = (program, context, exit) => {
  const audit = newCommand(program, 'audit', 'the changes')
    .description('Every change of groups and memberships, newest first.')
    .option('--user <name>', 'only changes of this user')
    .option('--group <team/name>', 'only changes of this group; "team/" means all groups of the team')
    .option('--run <id>', 'only what this run did')
    .option('--since <date>', 'from this day or instant on (ISO 8601; UTC if no time zone is given)', instant)
    .option('--until <date>', 'before this day or instant', instant)
    .option('--at <date>', 'the members of the group, or the groups of the user, at that instant', instant)
    .option(
      '--after <cursor>',
      'with --jsonl: only entries after this cursor ("start": all entries), oldest first',
    )
    .option('--limit <n>', `maximum number (default: ${SHOWN}; with --jsonl: all)`)
    .option('--jsonl', 'print everything as JSON Lines, for an export')
    .addHelpText('after', HELP)
    .action(async (flags: AuditFlags) => {
      const filter = filterOf(flags);
      if (flags.after !== undefined && flags.jsonl !== true)
        throw new UsageError('--after requires --jsonl: each line holds the cursor to continue from');
      const limit = flags.limit === undefined ? undefined : positive(flags.limit, '--limit');
      await using records = await openAuditOf(await settingsOf(flags, context));
      const entries = records.audit;
      if (flags.at !== undefined) await printAt(entries, { filter, at: flags.at, json: flags.json }, context);
      else if (flags.jsonl) await printLines(linesOf(entries, filter, flags.after), limit, context);
      else await printPage(entries, { filter, limit: limit ?? SHOWN, json: flags.json }, context);
    });
  addVerify(audit, context, exit);
};

function filterOf({ user, group, run, since, until }: AuditFlags): AuditFilter {
  const [, team, name] = /^([^/]+)\/(.*)$/.exec(group ?? '') ?? [];
  if (group !== undefined && team === undefined)
    throw new UsageError(`--group takes TEAM/NAME, not "${group}"`);
  return {
    user,
    team,
    group: name === '' ? undefined : name,
    run: run === undefined ? undefined : positive(run, '--run'),
    since,
    until,
  };
}

function linesOf(audit: Audit, filter: AuditFilter, after: string | undefined): AsyncIterable<AuditEntry> {
  return after === undefined ? audit.stream(filter) : audit.tail(filter, after);
}

async function printLines(
  entries: AsyncIterable<AuditEntry>,
  limit: number | undefined,
  context: CommandContext,
): Promise<void> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  for await (const entry of entries) {
    print(context, JSON.stringify(entry));
    left -= 1;
    if (left === 0) return;
  }
}

async function printPage(
  audit: Audit,
  { filter, limit, json }: { filter: AuditFilter; limit: number; json: boolean | undefined },
  context: CommandContext,
): Promise<void> {
  const { items, next } = await audit.list({ ...filter, limit });
  if (json) {
    printJson(context, items);
    return;
  }
  printTable(context, ['WHEN', 'WHAT', 'GROUP', 'USER', 'BY', 'WHY'], items.map(row));
  if (next !== undefined)
    print(context, `more entries exist: raise --limit, or export all of them with --jsonl`);
}

async function printAt(
  audit: Audit,
  { filter, at, json }: { filter: AuditFilter; at: Date; json: boolean | undefined },
  context: CommandContext,
): Promise<void> {
  const members = await audit.membersAt(filter, at);
  if (json) {
    printJson(context, members);
    return;
  }
  const rows = members.map(({ team, group, username, since, actor, runId, reason }) => [
    username,
    `${team}/${group}`,
    since.toISOString(),
    byWhom(actor, runId),
    reason,
  ]);
  printTable(context, ['USER', 'GROUP', 'SINCE', 'BY', 'WHY'], rows);
}

function byWhom(actor: string | undefined, runId: number | undefined, databaseRole?: string): string {
  return [actor, databaseRole && `role ${databaseRole}`, runId === undefined ? undefined : `run ${runId}`]
    .filter(part => part !== undefined)
    .join(', ');
}

function row({ at, action, team, group, previousName, username, reason, ...made }: AuditEntry) {
  const name = previousName === undefined ? `${team}/${group}` : `${team}/${group}, was ${previousName}`;
  return [
    at.toISOString(),
    action,
    name,
    username ?? '',
    byWhom(made.actor, made.runId, made.databaseRole),
    reason,
  ];
}

const HELP = `
The current name of a user or a group also finds entries under their earlier names. If no user or group has the name
now, the command searches the names that were recorded at the time.

Examples:
  rollcall audit --user ada
  rollcall audit --group platform/eng-api --since 2026-11-01
  rollcall audit --run 42
  rollcall audit --group platform/eng-api --at 2026-10-31        the members then, and since when
  rollcall audit --until 2026-01-01 --jsonl > audit-2025.jsonl
  rollcall audit --jsonl --after start                           all entries; continue with --after and the last "cursor"`;
